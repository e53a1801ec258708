// SPDX-License-Identifier: Apache-2.0
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "core/session/archive.h"
#include "core/session/data_set.h"
#include "core/session/image_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

namespace tinsmith {

namespace fs = std::filesystem;

/// Makes data sets of what is found on disk; one function per form.
struct DataSetLoader {
    const fs::path &path;
    const Tensor &input;
    DataSet set;

    [[noreturn]] void fail(const fs::path &file, const std::string &cause) const
    {
        throw FormatError(file.string(), {}, cause);
    }

    static std::string textOf(const fs::path &file)
    {
        const Bytes bytes = Bytes::map(file);
        return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
    }

    /// The input's shape without its leading batch of one.
    Shape inputSample() const
    {
        Shape shape = input.shape;
        if (shape.rank() > 1 && (shape[0] == 1 || shape[0] == -1)) {
            shape.dims.erase(shape.dims.begin());
        }
        return shape;
    }

    std::size_t inputElements(const fs::path &file) const
    {
        const auto elements = inputSample().elements();
        if (!elements || *elements <= 0) {
            fail(file, "the model's input " + input.name + " has no fixed size (" + input.shape.text() + ")");
        }
        return static_cast<std::size_t>(*elements);
    }

    void takeArray(const NpyArray &array, const fs::path &file)
    {
        if (array.shape.rank() == 0 || array.shape[0] == 0) {
            fail(file, "holds no samples");
        }
        set.type_ = array.type;
        set.count_ = static_cast<std::size_t>(array.shape[0]);
        set.shape_ = Shape(std::vector<std::int64_t>(array.shape.dims.begin() + 1, array.shape.dims.end()));
        set.values_ = array.data;
    }

    void takeLabels(const NpyArray &array, const fs::path &file)
    {
        const auto raw = array.data;
        const auto count = static_cast<std::size_t>(array.shape.elements().value_or(0));
        const auto take = [&](auto zero) {
            for (const auto value : raw.copyAs<decltype(zero)>()) {
                set.labels_.push_back(static_cast<std::int32_t>(value));
            }
        };
        switch (array.type) {
        case ElementType::UInt8:
            take(std::uint8_t{});
            break;
        case ElementType::Int8:
            take(std::int8_t{});
            break;
        case ElementType::Int16:
            take(std::int16_t{});
            break;
        case ElementType::Int32:
            take(std::int32_t{});
            break;
        case ElementType::UInt32:
            take(std::uint32_t{});
            break;
        case ElementType::Int64:
            take(std::int64_t{});
            break;
        default:
            fail(file, "labels must be integers, these are " + std::string(nameOf(array.type)));
        }
        if (count != set.count_) {
            fail(file, "has " + std::to_string(count) + " labels for " + std::to_string(set.count_) + " samples");
        }
    }

    void loadNpz()
    {
        const auto members = readZip(path);
        const auto find = [&members](std::initializer_list<const char *> names) -> const Bytes * {
            for (const char *name : names) {
                const auto found = members.find(std::string(name) + ".npy");
                if (found != members.end()) {
                    return &found->second;
                }
            }
            return nullptr;
        };
        const Bytes *inputs = find({"inputs", "x", "x_test", "arr_0"});
        if (inputs == nullptr) {
            fail(path, "holds no array named inputs (or x, x_test, arr_0)");
        }
        takeArray(readNpy(*inputs, path.string()), path);
        if (const Bytes *labels = find({"labels", "y", "y_test", "arr_1"})) {
            takeLabels(readNpy(*labels, path.string()), path);
        }
    }

    void loadNpyFolder()
    {
        takeArray(loadNpy(path / "inputs.npy"), path / "inputs.npy");
        if (fs::exists(path / "labels.npy")) {
            takeLabels(loadNpy(path / "labels.npy"), path / "labels.npy");
        }
    }

    struct CsvRow {
        std::string file;
        std::int32_t label = 0;
    };
    /// Rows of a labels CSV: the last column that is a number is the label, the first that is not is the file's name.
    std::vector<CsvRow> labelRows(const fs::path &file) const
    {
        std::vector<CsvRow> rows;
        std::istringstream text(textOf(file));
        std::string line;
        while (std::getline(text, line)) {
            CsvRow row;
            bool labelled = false;
            std::istringstream fields(line);
            std::string field;
            std::size_t column = 0;
            while (std::getline(fields, field, ',')) {
                const auto start = field.find_first_not_of(" \t\r\"");
                const auto end = field.find_last_not_of(" \t\r\"");
                field = start == std::string::npos ? std::string() : field.substr(start, end - start + 1);
                std::int32_t number = 0;
                const auto result = std::from_chars(field.data(), field.data() + field.size(), number);
                if (!field.empty() && result.ec == std::errc() && result.ptr == field.data() + field.size()) {
                    row.label = number;
                    labelled = true;
                } else if (row.file.empty()) {
                    row.file = field;
                }
                ++column;
            }
            // A heading has no number.
            if (labelled && column > 0) {
                rows.push_back(std::move(row));
            }
        }
        if (rows.empty()) {
            fail(file, "holds no labels");
        }
        return rows;
    }

    ElementType typeFor(const fs::path &file, const std::string &name) const
    {
        const auto type = elementTypeNamed(name);
        if (!type || bitsOf(*type) < 8) {
            fail(file, "names the unknown element type \"" + name + "\"");
        }
        return *type;
    }

    void loadConcatenated()
    {
        const fs::path description = path / "samples.json";
        const auto json = nlohmann::json::parse(textOf(description), nullptr, false);
        if (json.is_discarded() || !json.is_object()) {
            fail(description, "is not JSON");
        }
        set.type_ = typeFor(description, json.value("dtype", json.value("type", std::string("uint8"))));
        fs::path file = path / "inputs.bin";
        if (!fs::exists(file)) {
            file.clear();
            for (const auto &entry : fs::directory_iterator(path)) {
                if (entry.path().extension() == ".bin") {
                    file = entry.path();
                }
            }
            if (file.empty()) {
                fail(path, "holds no inputs.bin beside samples.json");
            }
        }
        set.values_ = Bytes::map(file);
        cutIntoSamples(file);
        if (json.contains("count") && json["count"].is_number_integer()
            && json["count"].get<std::size_t>() != set.count_) {
            fail(description,
                "promises " + json["count"].dump() + " samples, " + file.filename().string() + " holds "
                    + std::to_string(set.count_) + " of the model's size");
        }
        if (fs::exists(path / "labels.csv")) {
            for (const CsvRow &row : labelRows(path / "labels.csv")) {
                set.labels_.push_back(row.label);
            }
            if (set.labels_.size() != set.count_) {
                fail(path / "labels.csv",
                    "has " + std::to_string(set.labels_.size()) + " labels for " + std::to_string(set.count_)
                        + " samples");
            }
        }
    }

    void cutIntoSamples(const fs::path &file)
    {
        const std::size_t bytes = inputElements(file) * static_cast<std::size_t>(bitsOf(set.type_)) / 8;
        set.shape_ = inputSample();
        set.count_ = set.values_.size() / bytes;
        if (set.count_ == 0 || set.values_.size() % bytes != 0) {
            fail(file,
                "has " + std::to_string(set.values_.size()) + " bytes, not a whole number of inputs: one input takes "
                    + std::to_string(bytes));
        }
    }

    void loadRawFile()
    {
        set.type_ = input.type;
        const fs::path description = path.parent_path() / "samples.json";
        if (fs::exists(description)) {
            const auto json = nlohmann::json::parse(textOf(description), nullptr, false);
            if (!json.is_discarded() && json.is_object() && json.contains("dtype")) {
                set.type_ = typeFor(description, json["dtype"].get<std::string>());
            }
        }
        set.values_ = Bytes::map(path);
        cutIntoSamples(path);
    }

    /// Raw files named by a CSV of names and labels. Their type follows from their size: one byte per element or the
    /// input's.
    void loadRawFolder(const fs::path &csv)
    {
        std::vector<std::byte> all;
        const std::size_t elements = inputElements(csv);
        for (const CsvRow &row : labelRows(csv)) {
            const fs::path file = path / row.file;
            if (row.file.find("..") != std::string::npos || !fs::is_regular_file(file)) {
                fail(csv, "names " + row.file + ", which is not there");
            }
            const Bytes bytes = Bytes::map(file);
            if (set.count_ == 0) {
                const bool byte = bytes.size() == elements;
                set.type_
                    = byte ? (input.type == ElementType::Int8 ? ElementType::Int8 : ElementType::UInt8) : input.type;
            }
            if (bytes.size() != elements * static_cast<std::size_t>(bitsOf(set.type_)) / 8) {
                fail(file,
                    "has " + std::to_string(bytes.size()) + " bytes, expected "
                        + std::to_string(elements * static_cast<std::size_t>(bitsOf(set.type_)) / 8));
            }
            all.insert(all.end(), bytes.view().begin(), bytes.view().end());
            set.labels_.push_back(row.label);
            ++set.count_;
        }
        set.shape_ = inputSample();
        set.values_ = Bytes(std::move(all));
    }

    void loadImages(const std::vector<fs::path> &classes)
    {
        Shape shape = inputSample();
        if (shape.rank() == 2) {
            shape.dims.push_back(1);
        }
        if (shape.rank() != 3 || !shape.known()) {
            fail(path, "the model's input " + input.shape.text() + " is not an image");
        }
        const bool first = shape[0] <= 4 && shape[2] > 4;
        const ImageSize size
            = first ? ImageSize{shape[1], shape[2], shape[0]} : ImageSize{shape[0], shape[1], shape[2]};
        std::vector<std::byte> all;
        for (std::size_t index = 0; index < classes.size(); ++index) {
            set.classNames_.push_back(classes[index].filename().string());
            std::vector<fs::path> files;
            for (const auto &entry : fs::directory_iterator(classes[index])) {
                if (isImageName(entry.path())) {
                    files.push_back(entry.path());
                }
            }
            std::sort(files.begin(), files.end());
            for (const fs::path &file : files) {
                const auto pixels = readImage(file, size, first);
                all.insert(all.end(), pixels.begin(), pixels.end());
                set.labels_.push_back(static_cast<std::int32_t>(index));
                ++set.count_;
            }
        }
        if (set.count_ == 0) {
            fail(path, "holds no images in its sub-folders");
        }
        set.type_ = ElementType::UInt8;
        set.shape_ = inputSample();
        set.values_ = Bytes(std::move(all));
    }

    /// IDX, the format of MNIST: 0 0 type rank, big-endian sizes, data.
    static std::optional<NpyArray> idx(const Bytes &bytes)
    {
        const auto byteAt = [&bytes](std::size_t index) { return std::to_integer<std::uint32_t>(bytes.view()[index]); };
        if (bytes.size() < 8 || byteAt(0) != 0 || byteAt(1) != 0 || (byteAt(2) != 8 && byteAt(2) != 9)) {
            return std::nullopt;
        }
        NpyArray array;
        array.type = byteAt(2) == 8 ? ElementType::UInt8 : ElementType::Int8;
        const std::size_t rank = byteAt(3);
        if (rank == 0 || rank > 8 || bytes.size() < 4 + 4 * rank) {
            return std::nullopt;
        }
        for (std::size_t axis = 0; axis < rank; ++axis) {
            const std::size_t at = 4 + 4 * axis;
            array.shape.dims.push_back(static_cast<std::int64_t>(
                byteAt(at) << 24 | byteAt(at + 1) << 16 | byteAt(at + 2) << 8 | byteAt(at + 3)));
        }
        const auto elements = array.shape.elements();
        const std::size_t start = 4 + 4 * rank;
        if (!elements || static_cast<std::uint64_t>(*elements) > bytes.size() - start) {
            return std::nullopt;
        }
        array.data = bytes.part(start, static_cast<std::size_t>(*elements));
        return array;
    }

    void loadIdxFile(const fs::path &file)
    {
        const auto images = idx(readMaybeGzip(file));
        if (!images || images->shape.rank() < 2) {
            fail(file, "is not an IDX file of samples");
        }
        takeArray(*images, file);
        std::string labels = file.filename().string();
        const auto at = labels.find("images-idx3");
        if (at != std::string::npos) {
            labels.replace(at, 11, "labels-idx1");
            const fs::path beside = file.parent_path() / labels;
            if (fs::exists(beside)) {
                const auto array = idx(readMaybeGzip(beside));
                if (!array) {
                    fail(beside, "is not an IDX file of labels");
                }
                takeLabels(*array, beside);
            }
        }
    }

    DataSet load()
    {
        std::error_code error;
        if (!fs::exists(path, error)) {
            throw SystemError(path.string(), {}, "there is no such file or folder");
        }
        if (!fs::is_directory(path)) {
            const std::string extension = path.extension().string();
            if (extension == ".npz") {
                loadNpz();
            } else if (extension == ".npy") {
                takeArray(loadNpy(path), path);
            } else if (extension == ".bin") {
                loadRawFile();
            } else {
                loadIdxFile(path);
            }
            return set;
        }
        if (fs::exists(path / "inputs.npy")) {
            loadNpyFolder();
            return set;
        }
        if (fs::exists(path / "samples.json")) {
            loadConcatenated();
            return set;
        }
        loadFolder();
        return set;
    }

    void loadFolder()
    {
        std::vector<fs::path> folders;
        fs::path csv;
        std::vector<fs::path> idxFiles;
        for (const auto &entry : fs::directory_iterator(path)) {
            const std::string name = entry.path().filename().string();
            if (entry.is_directory()) {
                folders.push_back(entry.path());
            } else if (entry.path().extension() == ".csv") {
                csv = entry.path();
            } else if (name.find("images-idx3") != std::string::npos) {
                idxFiles.push_back(entry.path());
            }
        }
        std::sort(folders.begin(), folders.end());
        std::sort(idxFiles.begin(), idxFiles.end());
        if (!idxFiles.empty()) {
            // The test set where there are both, as accuracy is asked for on it.
            const auto test = std::find_if(idxFiles.begin(), idxFiles.end(), [](const fs::path &file) {
                return file.filename().string().rfind("t", 0) == 0 && file.filename().string().rfind("train", 0) != 0;
            });
            loadIdxFile(test != idxFiles.end() ? *test : idxFiles.front());
        } else if (!csv.empty()) {
            loadRawFolder(csv);
        } else if (!folders.empty()) {
            loadImages(folders);
        } else {
            fail(path,
                "is not a data set: expected inputs.npy, samples.json, a labels CSV, IDX files or one sub-folder of "
                "images per class");
        }
    }
};

DataSet DataSet::load(const fs::path &path, const Tensor &input)
{
    try {
        return DataSetLoader{path, input, {}}.load();
    } catch (const fs::filesystem_error &error) {
        throw SystemError(path.string(), {}, error.code().message());
    } catch (const nlohmann::json::exception &) {
        throw FormatError((path / "samples.json").string(), {}, "has a field of the wrong type");
    }
}

} // namespace tinsmith
