// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace tinsmith {

/// Base of everything that core throws. The message is ready for a person: it names the file (where one is known), the
/// place in it (tensor, operator, offset, field) and the cause. Caught at the edge of app/ and views/ only.
class Error : public std::runtime_error {
public:
    /// `file` and `place` may be empty; what() is "file: place: cause" of those that are not.
    Error(std::string file, std::string place, std::string cause);
    explicit Error(std::string cause) : Error({}, {}, std::move(cause)) { }

    const std::string &file() const { return file_; }
    const std::string &place() const { return place_; }
    const std::string &cause() const { return cause_; }

private:
    std::string file_;
    std::string place_;
    std::string cause_;
};

/// A model, project or data file that cannot be read or is not what it claims to be.
class FormatError : public Error {
public:
    using Error::Error;
};

/// A graph that breaks a rule of the graph itself: bad index, cycle, shapes that do not agree.
class GraphError : public Error {
public:
    using Error::Error;
};

/// Something valid that Tinsmith cannot do (an operator that cannot run, a type that cannot be written).
class UnsupportedError : public Error {
public:
    using Error::Error;
};

/// The operating system refused: a file cannot be read or written, a program cannot be started.
class SystemError : public Error {
public:
    using Error::Error;
};

/// A person asked for the work to stop.
class Cancelled : public Error {
public:
    Cancelled() : Error("Cancelled") { }
};

} // namespace tinsmith
