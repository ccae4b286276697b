# sequitur_bpf_object(<name> SOURCES <.bpf.c>... [INCLUDES <folder>...])
#
# Compiles the sources for the BPF machine into one object and writes its skeleton to
# <build>/skel/<name>.skel.h. Linking sequitur::skeleton lets a target #include it; the include
# folder is SYSTEM because the generated code does not pass our warnings. A real dependency
# file: an edited shared header rebuilds object, skeleton and loader.
function(sequitur_bpf_object name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;INCLUDES")
    if(arg_UNPARSED_ARGUMENTS OR NOT arg_SOURCES)
        message(FATAL_ERROR "sequitur_bpf_object(${name}): wants SOURCES, got ${ARGN}")
    endif()
    find_program(SEQUITUR_BPF_CLANG NAMES clang clang-14 REQUIRED)
    # Debian keeps bpftool in /usr/sbin, which is not in every user's PATH.
    find_program(SEQUITUR_BPFTOOL NAMES bpftool PATHS /usr/sbin /sbin REQUIRED)
    mark_as_advanced(SEQUITUR_BPF_CLANG SEQUITUR_BPFTOOL)
    sequitur_bpf_arch(arch)

    set(skeleton_folder ${PROJECT_BINARY_DIR}/skel)
    set(object_folder ${CMAKE_CURRENT_BINARY_DIR}/${name}.dir)
    set(skeleton ${skeleton_folder}/${name}.skel.h)
    file(MAKE_DIRECTORY ${skeleton_folder} ${object_folder})
    list(TRANSFORM arg_INCLUDES PREPEND -I)

    # All in one unit: the linker of libbpf 1.1 can't join two objects that call the same function of
    # the kernel.
    set(together)
    set(sources)
    foreach(source IN LISTS arg_SOURCES)
        cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
        string(APPEND together "#include \"${source}\"\n")
        list(APPEND sources ${source})
    endforeach()
    set(unit ${object_folder}/${name}.bpf.c)
    file(CONFIGURE OUTPUT ${unit} CONTENT "${together}")
    set(object ${object_folder}/${name}.o)
    add_custom_command(
        OUTPUT ${object}
        COMMAND ${SEQUITUR_BPF_CLANG} -target bpf -mcpu=v3 -std=gnu11 -g -O2 -Wall -Werror
                -D__TARGET_ARCH_${arch} -I${PROJECT_SOURCE_DIR} ${arg_INCLUDES}
                -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${PROJECT_BINARY_DIR}=.
                -MMD -MT ${object} -MF ${object}.d -c ${unit} -o ${object}
        DEPENDS ${unit} ${sources}
        DEPFILE ${object}.d
        COMMENT "BPF ${name}"
        VERBATIM)

    # bpftool writes to stdout; through a temporary so that a failure leaves no half header behind.
    add_custom_command(
        OUTPUT ${skeleton}
        COMMAND sh -c "\"$1\" gen skeleton \"$2\" name \"$3\" > \"$4.part\" && mv \"$4.part\" \"$4\""
                sh ${SEQUITUR_BPFTOOL} ${object} ${name} ${skeleton}
        DEPENDS ${object}
        COMMENT "BPF skeleton ${name}"
        VERBATIM)
    add_custom_target(${name}_skeleton DEPENDS ${skeleton})

    add_library(sequitur_skeleton INTERFACE)
    add_library(sequitur::skeleton ALIAS sequitur_skeleton)
    add_dependencies(sequitur_skeleton ${name}_skeleton)
    target_include_directories(sequitur_skeleton SYSTEM INTERFACE ${skeleton_folder})
endfunction()

# The name by which libbpf's bpf_tracing.h knows the machine that we build for.
function(sequitur_bpf_arch variable)
    set(arch_x86_64 x86)
    set(arch_aarch64 arm64)
    set(arch_ppc64le powerpc)
    set(arch_s390x s390)
    set(arch_riscv64 riscv)
    if(NOT DEFINED arch_${CMAKE_SYSTEM_PROCESSOR})
        message(FATAL_ERROR "No BPF tracing support for ${CMAKE_SYSTEM_PROCESSOR}")
    endif()
    set(${variable} ${arch_${CMAKE_SYSTEM_PROCESSOR}} PARENT_SCOPE)
endfunction()
