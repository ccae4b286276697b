# Has the target's common headers compiled once, where the build asks for that.
function(sequitur_precompile target)
    if(SEQUITUR_PRECOMPILED_HEADERS)
        target_precompile_headers(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.h ${ARGN})
    endif()
endfunction()

# sequitur_library(<folder> SOURCES <.cpp>... HEADERS <.h>... [PUBLIC <target>...] [PRIVATE <target>...])
#
# The static library sequitur_<folder> (alias sequitur::<folder>). Includes are spelled from the
# project root. PUBLIC carries the layer edges, PRIVATE the third parties. HEADERS are compiled alone
# by the target all_verify_interface_header_sets.
function(sequitur_library folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "sequitur_library(${folder}): wants SOURCES, got ${ARGN}")
    endif()
    set(target sequitur_${folder})
    add_library(${target} STATIC ${arg_SOURCES})
    add_library(sequitur::${folder} ALIAS ${target})
    target_compile_features(${target} PUBLIC cxx_std_20)
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC ${arg_PUBLIC}
                          PRIVATE sequitur::options ${arg_PRIVATE})
    sequitur_precompile(${target})
    target_sources(${target} PUBLIC FILE_SET HEADERS
                   BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
endfunction()

# sequitur_benchmark(<name> SOURCES <.cpp>... [LIBS <target>...] [NO_MAIN])
#
# A Google Benchmark program, and a ctest (label bench) that runs it for a moment so it cannot rot.
function(sequitur_benchmark name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "NO_MAIN" "" "SOURCES;LIBS")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "sequitur_benchmark(${name}): wants SOURCES, got ${ARGN}")
    endif()
    add_executable(${name} ${arg_SOURCES})
    set(main sequitur::dep::benchmark_main)
    if(arg_NO_MAIN)
        set(main sequitur::dep::benchmark)
    endif()
    target_link_libraries(${name} PRIVATE sequitur::options ${arg_LIBS} ${main})
    add_test(NAME ${name} COMMAND ${name} --benchmark_min_time=0.01)
    set_tests_properties(${name} PROPERTIES LABELS bench TIMEOUT 120)
endfunction()
