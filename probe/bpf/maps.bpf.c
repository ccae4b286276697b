// The one definition of every map and global that the programs share.
#include "probe/bpf/maps.bpf.h"

struct cpus_map cpus SEC(".maps");
struct hook_records_map hook_records SEC(".maps");
struct iterated_map iterated SEC(".maps");
struct handlers_map handlers SEC(".maps");
struct losses_map losses SEC(".maps");
struct small_stashes_map small_stashes SEC(".maps");
struct large_stashes_map large_stashes SEC(".maps");
struct exec_numbers_map exec_numbers SEC(".maps");
struct ring_notes_map ring_notes SEC(".maps");
struct life_map life SEC(".maps");
struct ring_parts_map ring_parts SEC(".maps");
struct known_slots_map known_slots SEC(".maps");
struct known_map known SEC(".maps");
struct tree_map tree SEC(".maps");
struct sequitur_control control = {};
const volatile struct sequitur_settings settings = {};
const volatile __u16 ppm_sc[SEQUITUR_CALLS_MAX] = {};    // native number to the format's
const volatile __u16 native32[SEQUITUR_CALLS_MAX] = {};  // 32-bit number to native; 0 none

char LICENSE[] SEC("license") = "GPL";
