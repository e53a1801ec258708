// SPDX-License-Identifier: Apache-2.0
#include "core/device/process.h"

#include "core/graph/error.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace tinsmith {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t outputLimit = 64 * 1024;

/// A started program in a process group of its own, and the reading end of its output. Ended and reaped at the latest
/// when this goes.
class Child {
public:
    Child(const std::vector<std::string> &command, const std::filesystem::path &folder, const std::string &package,
        const std::string &outputTo)
    {
        std::array<int, 2> pipe{};
        if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
            throw SystemError(std::string("no pipe: ") + std::strerror(errno));
        }
        output_ = pipe[0];
        std::vector<char *> arguments;
        for (const std::string &word : command) {
            arguments.push_back(const_cast<char *>(word.c_str()));
        }
        arguments.push_back(nullptr);

        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        if (outputTo.empty()) {
            posix_spawn_file_actions_adddup2(&actions, pipe[1], 1);
        } else {
            posix_spawn_file_actions_addopen(&actions, 1, outputTo.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        }
        posix_spawn_file_actions_adddup2(&actions, pipe[1], 2);
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        posix_spawnattr_setpgroup(&attributes, 0);
        const int failure = ::posix_spawnp(&pid_, arguments[0], &actions, &attributes, arguments.data(), environ);
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        ::close(pipe[1]);
        if (failure != 0) {
            pid_ = -1;
            ::close(output_);
            throw SystemError(command[0], {},
                failure == ENOENT ? "this program is needed and was not found; it is in the package " + package
                                  : std::string("cannot be started: ") + std::strerror(failure));
        }
    }

    ~Child()
    {
        end();
        ::close(output_);
    }
    Child(const Child &) = delete;
    Child &operator=(const Child &) = delete;

    /// Waits up to `time` for output and takes it; false once nothing more will come.
    bool read(std::chrono::milliseconds time, std::string &text) const
    {
        pollfd wait{output_, POLLIN, 0};
        if (::poll(&wait, 1, static_cast<int>(time.count())) <= 0) {
            return true;
        }
        std::array<char, 4096> buffer{};
        const ssize_t count = ::read(output_, buffer.data(), buffer.size());
        if (count < 0) {
            return errno == EINTR;
        }
        text.append(
            buffer.data(), std::min(static_cast<std::size_t>(count), outputLimit - std::min(outputLimit, text.size())));
        return count > 0;
    }

    /// True once it has ended; its exit code is then known.
    bool ended(int &exitCode)
    {
        int status = 0;
        if (pid_ < 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) {
            return pid_ < 0;
        }
        exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        // Its children, if any are left, lose their parent: end them too.
        ::kill(-pid_, SIGKILL);
        pid_ = -1;
        return true;
    }

private:
    void end()
    {
        if (pid_ > 0) {
            ::kill(-pid_, SIGKILL);
            ::kill(pid_, SIGKILL);
            while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) { }
            pid_ = -1;
        }
    }

    pid_t pid_ = -1;
    int output_ = -1;
};

} // namespace

ProcessResult runProcess(const std::vector<std::string> &command, const std::filesystem::path &folder,
    std::chrono::milliseconds limit, const std::string &package, const std::function<void()> &tick,
    const std::string &outputTo)
{
    using namespace std::chrono_literals;
    const auto deadline = Clock::now() + limit;
    Child child(command, folder, package, outputTo);
    ProcessResult result;
    auto nextTick = Clock::now();
    bool open = true;
    for (;;) {
        if (open) {
            open = child.read(50ms, result.output);
        } else {
            ::poll(nullptr, 0, 5);
        }
        if ((!open || Clock::now() >= nextTick) && child.ended(result.exitCode)) {
            while (open && child.read(0ms, result.output) && result.output.size() < outputLimit) {
                open = false;
            }
            return result;
        }
        if (Clock::now() > deadline) {
            throw SystemError(command[0], {},
                "was ended: it ran for longer than "
                    + std::to_string(std::chrono::duration_cast<std::chrono::seconds>(limit).count()) + " s");
        }
        if (Clock::now() >= nextTick) {
            nextTick = Clock::now() + 100ms;
            if (tick) {
                tick();
            }
        }
    }
}

} // namespace tinsmith
