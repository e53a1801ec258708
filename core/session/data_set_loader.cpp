// SPDX-License-Identifier: Apache-2.0
#include "core/formats/npy.h"
#include "core/graph/error.h"
#include "core/session/archive.h"
#include "core/session/array_choice.h"
#include "core/session/data_set.h"
#include "core/session/idx_file.h"
#include "core/session/image_file.h"
#include "core/session/label_file.h"
#include "core/session/sample_layout.h"
#include "core/session/stored_numbers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace tinsmith {

namespace fs = std::filesystem;

/// Makes data sets of what is found on disk; one function per form.
struct DataSetLoader {
    const fs::path &path;
    std::span<const Tensor> inputs;
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

    /// The input of forms that feed only one.
    const Tensor &input() const
    {
        if (inputs.size() != 1) {
            fail(path,
                "feeds one input, the model has " + std::to_string(inputs.size())
                    + ": use a .npz, or a folder with a .npy file per input");
        }
        return inputs.front();
    }

    /// The input's shape without its leading batch of one.
    Shape inputSample() const
    {
        Shape shape = input().shape;
        if (shape.rank() > 1 && (shape[0] == 1 || shape[0] == -1)) {
            shape.dims.erase(shape.dims.begin());
        }
        return shape;
    }

    std::size_t inputElements(const fs::path &file) const
    {
        const auto elements = inputSample().elements();
        if (!elements || *elements <= 0) {
            fail(file, "the model's input " + input().name + " has no fixed size (" + input().shape.text() + ")");
        }
        return static_cast<std::size_t>(*elements);
    }

    static std::span<const std::byte> sampleOf(const SampleArray &array, std::size_t index)
    {
        const auto bytes = static_cast<std::size_t>(array.shape.elements().value_or(0))
            * static_cast<std::size_t>(bitsOf(array.type)) / 8;
        return array.values.view().subspan(index * bytes, bytes);
    }

    /// Refuses floats that are not finite: whatever is computed from them says nothing.
    void checkFinite(const SampleArray &array) const
    {
        std::size_t bad = 0;
        std::size_t first = 0;
        for (std::size_t index = 0; isFloat(array.type) && index < set.count_; ++index) {
            const auto numbers = numbersOf(array.type, sampleOf(array, index));
            if (!std::all_of(numbers.begin(), numbers.end(), [](double value) { return std::isfinite(value); })) {
                first = bad == 0 ? index : first;
                ++bad;
            }
        }
        if (bad > 0) {
            fail(array.source,
                std::to_string(bad) + " of " + std::to_string(set.count_)
                    + (bad == 1 ? " samples holds" : " samples hold")
                    + " values that are not finite numbers (NaN or infinity), the first is sample "
                    + std::to_string(first));
        }
    }

    /// Integers wider than a byte that can be pixels of an image.
    bool holdsWidePixels(const SampleArray &array) const
    {
        if (!isInteger(array.type) || bitsOf(array.type) <= 8 || !imageForm(array.shape)
            || imageForm(array.shape)->size.channels > 4) {
            return false;
        }
        double largest = 0;
        for (std::size_t index = 0; index < set.count_; ++index) {
            for (const double number : numbersOf(array.type, sampleOf(array, index))) {
                if (number < 0 || number > 255) {
                    return false;
                }
                largest = std::max(largest, number);
            }
        }
        return largest > 1;
    }

    void addArray(SampleArray array, const Tensor &to)
    {
        array.input = to.name;
        if (!isNumeric(array.type)) {
            fail(array.source, "its samples are " + std::string(nameOf(array.type)) + ", not real numbers");
        }
        if (to.shape.known() && !layoutBetween(array.shape, to.shape)) {
            fail(array.source,
                "its samples are " + array.shape.text() + ", the model's input " + to.name + " is " + to.shape.text());
        }
        checkFinite(array);
        array.content = array.type == ElementType::UInt8 ? SampleArray::Content::Pixels
            : holdsWidePixels(array)                     ? SampleArray::Content::WidePixels
                                                         : SampleArray::Content::Numbers;
        set.arrays_.push_back(std::move(array));
    }

    /// An array of all samples, the first dimension counting them.
    void takeArray(const NpyArray &array, const std::string &source, const Tensor &to)
    {
        if (array.shape.rank() == 0 || array.shape.elements().value_or(0) == 0) {
            fail(source, "holds no samples");
        }
        const auto count = static_cast<std::size_t>(array.shape[0]);
        if (!set.arrays_.empty() && set.count_ != count) {
            fail(source,
                "has " + std::to_string(count) + " samples, " + set.arrays_.front().source + " has "
                    + std::to_string(set.count_));
        }
        set.count_ = count;
        SampleArray samples;
        samples.source = source;
        samples.type = array.type;
        samples.shape = Shape(std::vector<std::int64_t>(array.shape.dims.begin() + 1, array.shape.dims.end()));
        samples.values = array.data;
        addArray(std::move(samples), to);
    }

    /// set.count_ samples of the shape of the input.
    void takeSamples(const fs::path &file, ElementType type, Bytes values)
    {
        SampleArray samples;
        samples.source = file.string();
        samples.type = type;
        samples.shape = inputSample();
        samples.values = std::move(values);
        addArray(std::move(samples), input());
    }

    void takeLabels(const NpyArray &array, const std::string &file)
    {
        set.labels_ = labelsFrom(array, file, set.count_);
    }

    /// The arrays of a .npz or a folder that feed the inputs, and the labels; `read` gives an array of this position.
    template <typename Read>
    void takeNamedArrays(const std::vector<std::string> &names, bool ordered, const Read &read)
    {
        const ArrayChoice choice = chooseArrays(names, inputs, ordered, path.string());
        for (std::size_t at = 0; at < choice.inputs.size(); ++at) {
            const auto [array, source] = read(choice.inputs[at]);
            takeArray(array, source, inputs[at]);
        }
        if (choice.labels) {
            const auto [array, source] = read(*choice.labels);
            takeLabels(array, source);
        }
    }

    void loadNpz()
    {
        std::vector<std::string> names;
        std::vector<Bytes> contents;
        for (auto &[name, content] : readZip(path)) {
            if (fs::path(name).extension() == ".npy") {
                names.push_back(name.substr(0, name.size() - 4));
                contents.push_back(content);
            }
        }
        takeNamedArrays(names, true, [&](std::size_t at) {
            const std::string source = path.string() + ": " + names[at];
            return std::pair(readNpy(contents[at], source), source);
        });
    }

    static std::vector<std::string> arraysIn(const fs::path &folder)
    {
        std::vector<std::string> names;
        for (const auto &entry : fs::directory_iterator(folder)) {
            if (entry.path().extension() == ".npy" && entry.is_regular_file()) {
                names.push_back(entry.path().stem().string());
            }
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    void loadNpyFolder(const std::vector<std::string> &names)
    {
        takeNamedArrays(names, false, [&](std::size_t at) {
            const fs::path file = path / (names[at] + ".npy");
            return std::pair(loadNpy(file), file.string());
        });
    }

    ElementType typeFor(const fs::path &file, const std::string &name) const
    {
        const auto type = elementTypeNamed(name);
        if (!type || !isNumeric(*type)) {
            fail(file, "names the element type \"" + name + "\", which samples cannot have");
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
        const ElementType type = typeFor(description, json.value("dtype", json.value("type", std::string("uint8"))));
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
        cutIntoSamples(file, type);
        const std::size_t bytes = set.arrays_.front().values.size() / set.count_;
        for (const char *key : {"bytes_each", "bytes"}) {
            if (json.contains(key) && json[key].is_number_integer() && json[key].get<std::int64_t>() >= 0
                && json[key].get<std::size_t>() != bytes) {
                fail(description,
                    "says that a sample takes " + json[key].dump() + " bytes; the model's input, as "
                        + std::string(nameOf(type)) + ", takes " + std::to_string(bytes));
            }
        }
        if (json.contains("count") && json["count"].is_number_integer()
            && json["count"].get<std::int64_t>() != static_cast<std::int64_t>(set.count_)) {
            fail(description,
                "promises " + json["count"].dump() + " samples, " + file.filename().string() + " holds "
                    + std::to_string(set.count_) + " of the model's size");
        }
        if (fs::exists(path / "labels.csv")) {
            for (const LabelRow &row : readLabelRows(path / "labels.csv")) {
                set.labels_.push_back(row.label);
            }
            if (set.labels_.size() != set.count_) {
                fail(path / "labels.csv",
                    "has " + std::to_string(set.labels_.size()) + " labels for " + std::to_string(set.count_)
                        + " samples");
            }
        }
    }

    void cutIntoSamples(const fs::path &file, ElementType type)
    {
        if (!isNumeric(type)) {
            fail(file, "cannot be cut into samples of " + std::string(nameOf(type)));
        }
        const std::size_t bytes = inputElements(file) * static_cast<std::size_t>(bitsOf(type)) / 8;
        const Bytes values = Bytes::map(file);
        set.count_ = values.size() / bytes;
        if (set.count_ == 0 || values.size() % bytes != 0) {
            fail(file,
                "has " + std::to_string(values.size()) + " bytes, not a whole number of inputs: one input takes "
                    + std::to_string(bytes));
        }
        takeSamples(file, type, values);
    }

    void loadRawFile()
    {
        ElementType type = input().type;
        const fs::path description = path.parent_path() / "samples.json";
        if (fs::exists(description)) {
            const auto json = nlohmann::json::parse(textOf(description), nullptr, false);
            if (!json.is_discarded() && json.is_object() && json.contains("dtype")) {
                type = typeFor(description, json["dtype"].get<std::string>());
            }
        }
        cutIntoSamples(path, type);
    }

    /// Raw files named by a CSV of names and labels. Their type follows from their size: one byte per element or the
    /// input's.
    void loadRawFolder(const fs::path &csv)
    {
        std::vector<std::byte> all;
        const std::size_t elements = inputElements(csv);
        ElementType type = input().type;
        for (const LabelRow &row : readLabelRows(csv)) {
            const fs::path file = path / row.file;
            if (row.file.empty() || row.file.find("..") != std::string::npos || !fs::is_regular_file(file)) {
                fail(csv,
                    row.file.empty() ? "has a line that names no file" : "names " + row.file + ", which is not there");
            }
            const Bytes bytes = Bytes::map(file);
            if (set.count_ == 0 && bytes.size() == elements && type != ElementType::Int8 && type != ElementType::Bool) {
                type = ElementType::UInt8;
            }
            const std::size_t wanted = elements * static_cast<std::size_t>(bitsOf(type)) / 8;
            if (bytes.size() != wanted) {
                fail(file, "has " + std::to_string(bytes.size()) + " bytes, expected " + std::to_string(wanted));
            }
            all.insert(all.end(), bytes.view().begin(), bytes.view().end());
            set.labels_.push_back(row.label);
            ++set.count_;
        }
        takeSamples(csv, type, Bytes(std::move(all)));
    }

    void loadImages(const std::vector<fs::path> &classes)
    {
        const auto form = imageForm(input().shape);
        if (!form) {
            fail(path, "the model's input " + input().shape.text() + " is not an image");
        }
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
                const auto pixels = readImage(file, form->size, form->channelsFirst);
                all.insert(all.end(), pixels.begin(), pixels.end());
                set.labels_.push_back(static_cast<std::int32_t>(index));
                ++set.count_;
            }
        }
        if (set.count_ == 0) {
            fail(path, "holds no images in its sub-folders");
        }
        takeSamples(path, ElementType::UInt8, Bytes(std::move(all)));
    }

    void loadIdxFile(const fs::path &file)
    {
        const auto images = readIdx(readMaybeGzip(file));
        if (!images || images->shape.rank() < 2) {
            fail(file, "is not an IDX file of samples");
        }
        takeArray(*images, file.string(), input());
        std::string labels = file.filename().string();
        const auto at = labels.find("images-idx3");
        if (at != std::string::npos) {
            labels.replace(at, 11, "labels-idx1");
            const fs::path beside = file.parent_path() / labels;
            if (fs::exists(beside)) {
                const auto array = readIdx(readMaybeGzip(beside));
                if (!array) {
                    fail(beside, "is not an IDX file of labels");
                }
                takeLabels(*array, beside.string());
            }
        }
    }

    DataSet load()
    {
        std::error_code error;
        if (inputs.empty()) {
            throw UnsupportedError(path.string(), {}, "feeds no input: the model has none");
        }
        if (!fs::exists(path, error)) {
            throw SystemError(path.string(), {}, "there is no such file or folder");
        }
        if (!fs::is_directory(path)) {
            const std::string extension = path.extension().string();
            if (extension == ".npz") {
                loadNpz();
            } else if (extension == ".npy") {
                takeArray(loadNpy(path), path.string(), input());
            } else if (extension == ".bin") {
                loadRawFile();
            } else {
                loadIdxFile(path);
            }
            return set;
        }
        if (const auto arrays = arraysIn(path);
            std::any_of(arrays.begin(), arrays.end(), [](const auto &name) { return name != "labels"; })) {
            loadNpyFolder(arrays);
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
                csv = csv.empty() || name == "labels.csv" ? entry.path() : csv;
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

DataSet DataSet::load(const fs::path &path, std::span<const Tensor> inputs)
{
    try {
        return DataSetLoader{path, inputs, {}}.load();
    } catch (const fs::filesystem_error &error) {
        throw SystemError(path.string(), {}, error.code().message());
    } catch (const nlohmann::json::exception &) {
        throw FormatError((path / "samples.json").string(), {}, "has a field of the wrong type");
    }
}

DataSet DataSet::load(const fs::path &path, const Graph &graph)
{
    std::vector<Tensor> inputs;
    for (const TensorId id : graph.inputs()) {
        inputs.push_back(graph.tensor(id));
    }
    return load(path, inputs);
}

DataSet DataSet::load(const fs::path &path, const Tensor &input)
{
    return load(path, std::span(&input, 1));
}

} // namespace tinsmith
