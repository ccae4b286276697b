# Every test carries one label, by which scripts/test and the presets choose:
# unit golden sim fuzz kernel tidy headers package e2e examples bench.
#
# Tests that are scripts exist in every build and try its program; test programs are built only with
# SEQUITUR_TESTS, so that a release build needs no GoogleTest.
include(GoogleTest)
set(SEQUITUR_SKIP_EXIT_STATUS 77)  # A test that cannot run here prints why and exits with this.

# sequitur_test(<name> SOURCES <.cpp>... [LIBS <target>...] [LABEL unit] [TIMEOUT 10])
#
# One GoogleTest program; each of its tests becomes a ctest. SEQUITUR_SOURCE_DIR is defined for
# finding test data.
function(sequitur_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;TIMEOUT" "SOURCES;LIBS")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "sequitur_test(${name}): wants SOURCES, got ${ARGN}")
    endif()
    if(NOT SEQUITUR_TESTS)
        return()
    endif()
    if(NOT arg_LABEL)
        set(arg_LABEL unit)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 10)
    endif()
    sequitur_test_timeout(arg_TIMEOUT)
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_compile_definitions(${name} PRIVATE SEQUITUR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE
        sequitur::options ${arg_LIBS} sequitur::dep::gtest_main sequitur::dep::threads)
    sequitur_precompile(${name} <gtest/gtest.h>)
    # Found when ctest runs, not when the program links: under load a sanitizer build can need more
    # than the time-out for that.
    gtest_discover_tests(${name} TEST_PREFIX ${name}. DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                         PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()

# sequitur_script_test(<name> COMMAND <command>... LABEL <label> [TIMEOUT 60] [SERIAL])
#
# A test that is a program of its own. Exit status 77 means: cannot run here, and the reason is
# printed. SERIAL: nothing else runs beside it (it uses all cores, or watches the whole host).
function(sequitur_script_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "LABEL;TIMEOUT" "COMMAND")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_COMMAND OR NOT arg_LABEL)
        message(FATAL_ERROR "sequitur_script_test(${name}): wants COMMAND and LABEL, got ${ARGN}")
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 60)
    endif()
    sequitur_test_timeout(arg_TIMEOUT)
    add_test(NAME ${name} COMMAND ${arg_COMMAND})
    set_tests_properties(${name} PROPERTIES
        LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} RUN_SERIAL ${arg_SERIAL}
        SKIP_RETURN_CODE ${SEQUITUR_SKIP_EXIT_STATUS})
endfunction()

# sequitur_fuzzer(<name> SOURCES <.cpp>... [LIBS <target>...] [CORPUS <folder>])
#
# With SEQUITUR_FUZZ a libFuzzer program, to be run by hand or by `scripts/test --fuzz`. In every
# other build the same target replays its corpus once (label fuzz), so that what was found stays
# fixed. CORPUS defaults to corpus/<name> beside the CMakeLists.txt.
function(sequitur_fuzzer name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS" "SOURCES;LIBS")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "sequitur_fuzzer(${name}): wants SOURCES, got ${ARGN}")
    endif()
    if(NOT SEQUITUR_TESTS)
        return()
    endif()
    if(NOT arg_CORPUS)
        set(arg_CORPUS ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE sequitur::options ${arg_LIBS})
    if(SEQUITUR_FUZZ)
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        set(arguments -runs=0)
    else()
        target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/corpus_replay.cpp)
        set(arguments)
    endif()
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
    add_test(NAME ${name} COMMAND ${name} ${arguments} ${arg_CORPUS})
    set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()

# Sanitizers and unoptimised code are several times slower; the limit is against hanging.
function(sequitur_test_timeout variable)
    if(SEQUITUR_SANITIZE OR SEQUITUR_COVERAGE)
        math(EXPR slow "${${variable}} * 10")
        set(${variable} ${slow} PARENT_SCOPE)
    endif()
endfunction()
