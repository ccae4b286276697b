# sequitur::options: how our own code is compiled. Linked PRIVATE by every target of ours, so that
# nothing is set globally and third-party headers (SYSTEM) are not judged by our warnings.
add_library(sequitur_options INTERFACE)
add_library(sequitur::options ALIAS sequitur_options)

target_compile_options(sequitur_options INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wswitch-enum -Wnull-dereference
    $<$<BOOL:${SEQUITUR_WARNINGS_AS_ERRORS}>:-Werror>
    -fno-omit-frame-pointer)  # A host daemon gets profiled on hosts; stacks must walk without DWARF.

if(SEQUITUR_ASSERTIONS)
    target_compile_definitions(sequitur_options INTERFACE _GLIBCXX_ASSERTIONS SEQUITUR_DCHECK=1)
endif()

if(SEQUITUR_HARDENING)
    target_compile_options(sequitur_options INTERFACE
        -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
        # Same bytes from any checkout.
        -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)
    if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
        target_compile_options(sequitur_options INTERFACE -fcf-protection)
    endif()
    target_link_options(sequitur_options INTERFACE
        -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed)
    include(CheckPIESupported)
    check_pie_supported(LANGUAGES CXX)
endif()

if(SEQUITUR_SANITIZE)
    list(JOIN SEQUITUR_SANITIZE "," sanitizers)
    target_compile_options(sequitur_options INTERFACE
        -fsanitize=${sanitizers} -fno-sanitize-recover=all)
    target_link_options(sequitur_options INTERFACE -fsanitize=${sanitizers})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        target_compile_options(sequitur_options INTERFACE
            -fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/tests/support/tsan_ignorelist.txt)
    endif()
endif()

if(SEQUITUR_FUZZ)
    target_compile_options(sequitur_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(SEQUITUR_COVERAGE)
    target_compile_options(sequitur_options INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(sequitur_options INTERFACE --coverage)
endif()
