# sequitur_generated_tables(<target> OUTPUTS <file>...)
#
# Runs core/tables/generate.py --out <build>/generated, which writes OUTPUTS there from the
# tables beside it; they are on the include path of <target> and of what links it. OUTPUTS are named
# so that an edited table rebuilds exactly what includes it, in one run.
function(sequitur_generated_tables target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "OUTPUTS")
    set(folder ${PROJECT_SOURCE_DIR}/core/tables)
    set(root ${PROJECT_BINARY_DIR}/generated)
    if(NOT arg_OUTPUTS)
        message(FATAL_ERROR "sequitur_generated_tables(${target}): wants OUTPUTS")
    endif()
    # A new table must not be forgotten in a list: this folder holds inputs only.
    file(GLOB inputs CONFIGURE_DEPENDS ${folder}/*.csv ${folder}/*.py)
    list(TRANSFORM arg_OUTPUTS PREPEND ${root}/)
    add_custom_command(
        OUTPUT ${arg_OUTPUTS}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${root}
        COMMAND ${Python3_EXECUTABLE} -B ${folder}/generate.py --out ${root}
        DEPENDS ${inputs}
        COMMENT "Tables of core"
        VERBATIM)
    add_custom_target(${target}_tables DEPENDS ${arg_OUTPUTS})
    target_sources(${target} PRIVATE ${arg_OUTPUTS})
    # Public, because core/event_type.h includes its enumerators.
    target_include_directories(${target} PUBLIC ${root})
    add_dependencies(${target} ${target}_tables)
endfunction()
