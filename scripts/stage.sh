# Sourced by scripts/test and scripts/demo: runs one stage of work, quietly while it goes well.
# The caller sets `root`, the project's folder.
stage_reports_success=true

# stage <name> <command>...: one line on stderr when the command succeeds; its whole output when it
# fails. The log stays in build/log.
stage() {
    local name=$1 log=$root/build/log/${1// /-}.log start=$SECONDS status=0
    shift
    mkdir -p "$root/build/log"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        cat "$log" >&2
        printf '%-24s FAILED (exit status %d) after %d s\n' "$name" "$status" $((SECONDS - start)) >&2
        return "$status"
    fi
    $stage_reports_success || return 0
    printf '%-24s ok %5d s\n' "$name" $((SECONDS - start)) >&2
}

# build_preset <preset> [build argument]...: configures where that was not done yet (the build repeats
# it by itself when its inputs change) and builds.
build_preset() {
    local preset=$1
    shift
    [ -f "$root/build/$preset/build.ninja" ] || cmake --preset "$preset" -S "$root"
    (cd "$root" && cmake --build --preset "$preset" "$@")
}
