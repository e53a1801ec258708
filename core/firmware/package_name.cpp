// SPDX-License-Identifier: Apache-2.0
#include "core/firmware/package_name.h"

#include "core/firmware/c_writer.h"
#include "core/graph/sha256.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <sstream>

namespace tinsmith {
namespace {

constexpr std::size_t longestName = 40;
constexpr std::size_t hashDigits = 8;

// NAME.h must not be found in place of a header of the compiler, the C library, an RTOS or a vendor.
constexpr const char *headers
    = "_ansi alloca aio ar argz assert byteswap complex cpio crypt ctype devctl dirent dlfcn elf "
      "endian envlock envz errno error execinfo fastmath fcntl features fenv float fnmatch ftw getopt glob grp iconv "
      "ieeefp inttypes iso646 langinfo libgen limits link locale malloc math memory mqueue ndbm netdb newlib nl_types "
      "paths poll pthread pty pwd reent regdef regex resource sched search semaphore setjmp sgtty shadow signal spawn "
      "stdalign stdarg stdatomic stdbit stdbool stdckdint stddef stdint stdio stdio_ext stdlib stdnoreturn string "
      "strings "
      "stropts syslog tar termio termios tgmath threads time uchar ucontext ulimit unctrl unistd utime utmp utmpx "
      "values "
      "wait wchar wctype wordexp intrin limits_gcc unwind varargs "
      "freertos freertosconfig croutine deprecated_definitions event_groups list message_buffer mpu_wrappers portable "
      "portmacro projdefs queue semphr stack_macros stream_buffer task timers "
      "arduino wire spi hal ll esp kernel zephyr device system config version main stdafx board startup syscalls "
      "core_cm0 core_cm0plus core_cm3 core_cm4 core_cm7 core_cm23 core_cm33 core_cm55 core_cm85 mpu_armv7 mpu_armv8 "
      "tinsmith";

// <avr/NAME.h> and <sys/NAME.h> have a folder; these are for -I avr or -I sys, which some build systems give.
constexpr const char *functions
    = "abort abs access acos acosh aligned_alloc asctime asin asinh atan atan2 atanh atexit "
      "atof atoi atol atoll bsearch btowc calloc cbrt ceil clearerr clock close copysign cos cosh ctime difftime div "
      "erf "
      "erfc exit exp exp2 expm1 fabs fclose fdim feof ferror fflush fgetc fgetpos fgets floor fma fmax fmin fmod fopen "
      "fork fpclassify fprintf fputc fputs fread free freopen frexp fscanf fseek fsetpos fstat ftell fwrite gamma getc "
      "getchar getenv getpid gets gmtime hypot ilogb index isalnum isalpha isatty isblank iscntrl isdigit isfinite "
      "isgraph "
      "isinf islower isnan isnormal isprint ispunct isspace isupper isxdigit j0 j1 jn kill labs ldexp ldiv lgamma "
      "llabs "
      "lldiv llrint llround localeconv localtime log log10 log1p log2 logb longjmp lrint lround lseek mblen mbrlen "
      "mbrtowc "
      "mbsinit mbstowcs mbtowc memchr memcmp memcpy memmove memset mktime modf nan nearbyint nextafter nexttoward open "
      "perror pow printf putc putchar puts qsort raise rand read realloc remainder remove remquo rename rewind rindex "
      "rint "
      "round sbrk scalbln scalbn scanf setbuf setlocale setvbuf sin sinh sleep snprintf sprintf sqrt srand sscanf stat "
      "strcat strchr strcmp strcoll strcpy strcspn strdup strerror strftime strlen strncat strncmp strncpy strpbrk "
      "strrchr "
      "strspn strstr strtod strtof strtok strtol strtold strtoll strtoul strtoull strxfrm tan tanh tgamma times "
      "tmpfile "
      "tmpnam tolower toupper trunc ungetc unlink usleep va_arg va_copy va_end va_start vfprintf vprintf vscanf "
      "vsnprintf "
      "vsprintf vsscanf wcscpy wcslen wctomb write y0 y1 yn isr reset_handler nmi_handler hardfault_handler setup loop "
      "yield delay millis";

constexpr const char *keywords
    = "alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand "
      "bitor bool break case catch char char16_t char32_t char8_t class co_await co_return co_yield compl concept "
      "const "
      "const_cast consteval constexpr constinit continue decltype default delete do double dynamic_cast else enum "
      "explicit "
      "export extern false final float for fortran friend goto if import inline int int8_t int16_t int32_t int64_t "
      "intptr_t "
      "long module mutable namespace new noexcept not not_eq null nullptr operator or or_eq override private protected "
      "ptrdiff_t public reflexpr register reinterpret_cast requires restrict return short signed size_t sizeof ssize_t "
      "static static_assert static_cast struct switch synchronized template this thread_local throw true try typedef "
      "typeid "
      "typename typeof typeof_unqual uint8_t uint16_t uint32_t uint64_t uintptr_t union unsigned using virtual void "
      "volatile "
      "wchar_t while xor xor_eq linux unix arm avr riscv";

// Targets that CMake makes itself, libraries that a firmware links by name, and devices of Windows.
constexpr const char *targets
    = "all all_build clean continuous depend edit_cache experimental help install "
      "install_local install_strip list_install_components nightly none package package_source preinstall "
      "rebuild_cache "
      "run_tests test tests zero_check c dl g gcc m nosys rdimon rt stdc supc util "
      "aux con nul prn com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9";

// NAME_init, NAME_OK or NAME_context belong to someone else already (sem_init, mtx_init, atomic_init, HAL_OK, ESP_OK).
constexpr const char *prefixesOfOthers = "cnd mtx sem thrd tss once";

// Kernels, places in the arena (at_*), and families of headers.
constexpr std::array<std::string_view, 13> families
    = {"ts", "at", "arm", "cmsis", "core", "hal", "esp", "pthread", "posix", "atomic", "std", "stm32", "tinsmith"};

const std::set<std::string> &reservedWords()
{
    static const std::set<std::string> words = [] {
        std::set<std::string> all;
        for (const char *list : {headers, functions, keywords, targets, prefixesOfOthers}) {
            std::istringstream in(list);
            for (std::string word; in >> word;) {
                all.insert(word);
            }
        }
        return all;
    }();
    return words;
}

/// "arm_math" and "arm", but not "armchair"; of the C library's own prefix also "stdbit" to come, of STM32 all headers.
bool inReservedFamily(const std::string &name)
{
    return std::any_of(families.begin(), families.end(), [&](std::string_view family) {
        const bool open = family == "std" || family == "stm32";
        return name.rfind(family, 0) == 0 && (open || name.size() == family.size() || name[family.size()] == '_');
    });
}

std::string hashOf(std::string_view text)
{
    return sha256(text).substr(0, hashDigits);
}

/// Cut where it is too long, told from others that begin alike by a hash of the wish.
std::string shortened(std::string name, std::string_view wish)
{
    if (name.size() <= longestName) {
        return name;
    }
    name.resize(longestName - hashDigits - 1);
    name.erase(name.find_last_not_of('_') + 1);
    return name + "_" + hashOf(wish);
}

bool hasWord(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x80 && std::isalnum(byte) != 0;
    });
}

} // namespace

PackageName packageName(std::string_view wish)
{
    const std::string quoted = "\"" + std::string(wish) + "\"";
    if (!hasWord(wish)) {
        const bool nothing
            = std::all_of(wish.begin(), wish.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
        if (nothing) {
            return {"model",
                wish.empty() ? std::string()
                             : "The package is called \"model\", since " + quoted + " has no letter or digit"};
        }
        const std::string name = "model_" + hashOf(wish);
        return {name,
            "The package is called \"" + name + "\", since " + quoted
                + " has no letter or digit that C takes in a name"};
    }
    const std::string whole = identifier(wish, wish.size() + 1);
    if (reservedWords().count(whole) > 0 || inReservedFamily(whole)) {
        const std::string name = shortened("model_" + whole, wish);
        return {name,
            "The package is called \"" + name + "\", since \"" + whole
                + "\" is also the name of a header, function, keyword or build target"};
    }
    return {shortened(whole, wish), {}};
}

} // namespace tinsmith
