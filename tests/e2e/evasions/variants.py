"""The evasions: each a way to get a file onto the host and run it, and a twin that does neither.

Commands run in /bin/sh with D (a folder of the run's own below one that anybody can write), T (a word
that occurs nowhere else), E (the helper program), PAYLOAD (a static program), LIBRARY. D holds what
was there before the watcher: `old` (a program), `old.sh`, `old.py`, `old.pl` (which reads
`old`), `old.awk`, `old.so`, `old.tar`
(with a program `x` in it), `root/` (a root directory with `tmp/` and a program `old`).

A twin without a command of its own is the attack with `old` run in place of what was dropped.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    title: str
    attack: str
    twin: str
    parent: str = "/tmp"
    unseen: str = ""  # why it is not detected, where that is known
    slow: bool = False  # waits most of a minute: begun first


def drop(title, before, run="$D/x", **more):
    """`before` brings the file; it is then run, or `old` is."""
    return Variant(title, f"{before}; {run}", f"{before}; $D/old", **more)


def ready(title, before, attack, twin, **more):
    return Variant(title, f"{before}; {attack}", f"{before}; {twin}", **more)


def helper(title, name, **more):
    return Variant(title, f"$E {name} $D $T attack", f"$E {name} $D $T twin", **more)


COPY = "cp $PAYLOAD $D/x"
DROP = COPY + "; chmod +x $D/x"
SCRIPT = "printf '#!/bin/sh\\n:\\n' > $D/x"
PYTHON = ("import os, sys; d, e, t = sys.argv[1:4]\n"
          "p = open(e, 'rb').read()\n"
          "f = open(d + '/x', 'wb'); f.write(p); f.close()\n"
          "os.chmod(d + '/x', 0o755)\n"
          "os.spawnv(os.P_WAIT, d + '/' + t, ['x'])")
PERL = ("my ($d, $e, $t) = @ARGV; open(I, $e); binmode I; local $/; my $p = <I>; "
        'open(O, ">$d/x"); binmode O; print O $p; close O; chmod 0755, "$d/x"; system("$d/$t");')
LOADER = "/lib64/ld-linux-x86-64.so.2"
OVERLAY = ("mkdir $D/l $D/s $D/m && mount -t tmpfs none $D/s && mkdir $D/s/u $D/s/w && "
           "mount -t overlay none -o lowerdir=$D/l,upperdir=$D/s/u,workdir=$D/s/w $D/m && "
           "cp $PAYLOAD $D/m/x && chmod +x $D/m/x")
MEMORY = ('python3 -c \'import os, sys, time; name, wait, content, *run = sys.argv[1:]\n'
          'f = os.memfd_create(name, 0); os.write(f, open(content, "rb").read())\n'
          'time.sleep(int(wait)); path = "/proc/self/fd/%d" % f\n'
          'run = [path if word == "F" else word for word in run]; os.execvp(run[0], run)\' $T')
RUNTIME = ("mkdir -p /usr/local/sbin; mount -t tmpfs none /usr/local/sbin; "
           "cp $E /usr/local/sbin/runc; /usr/local/sbin/runc")
CURL = "command -v curl >/dev/null || exit 77; curl -s file://"
NAME_255 = "$(printf '%0255d' 7)"
NAME_BYTES = "$(printf 'x\\377\\376\\200')"

BRINGING = [
    drop("shell: redirection, chmod, run", "cat $PAYLOAD > $D/x; chmod +x $D/x"),
    drop("cp", DROP),
    drop("mv", f"{COPY}; mv $D/x $D/y; mv $D/y $D/x; chmod 700 $D/x"),
    drop("install", "install -m 755 $PAYLOAD $D/x"),
    drop("tar", "tar -C $D -xf $D/old.tar"),
    drop("dd", "dd if=$PAYLOAD of=$D/x 2>/dev/null; chmod +x $D/x"),
    drop("tee", "tee $D/x < $PAYLOAD > /dev/null; chmod +x $D/x"),
    Variant("python", f'python3 -c "{PYTHON}" $D $PAYLOAD x',
            f'python3 -c "{PYTHON}" $D $PAYLOAD old'),
    Variant("perl", f"perl -e '{PERL}' $D $PAYLOAD x", f"perl -e '{PERL}' $D $PAYLOAD old"),
    helper("creat", "created"),
    helper("openat2", "opened-by-openat2"),
    helper("open_by_handle_at", "opened-by-handle"),
    helper("O_TMPFILE, then a name", "without-name"),
    helper("written through a shared mapping", "mapped"),
    helper("written by splice", "spliced"),
    helper("written by vmsplice", "vmspliced"),
    helper("written by sendfile", "sent"),
    helper("written by copy_file_range", "range-copied"),
    helper("written by pwritev2", "vector-written"),
    helper("opened and written by io_uring", "ring-written"),
    helper("renamed by io_uring", "ring-renamed"),
    helper("written and linked by io_uring", "ring-linked"),
    helper("calls through the 32-bit entry", "old-entry"),
    helper("executed within a millisecond of the write", "at-once"),
]

MODES = [
    helper("mode set at creation", "mode-at-creation"),
    helper("mode by umask", "mode-by-umask"),
    helper("mode set before the write", "mode-before-bytes"),
    helper("mode by an access list", "mode-by-list"),
    helper("mode by fchmodat2", "mode-by-fchmodat2"),
]

NAMES = [
    drop("renamed between each pair of steps",
         f"cp $PAYLOAD $D/a; mv $D/a $D/b; chmod +x $D/b; mv $D/b $D/x"),
    drop("hard link", f"cp $PAYLOAD $D/a; ln $D/a $D/x; rm $D/a; chmod +x $D/x"),
    drop("symbolic link", f"cp $PAYLOAD $D/a; chmod +x $D/a; ln -s a $D/x"),
    ready("relative path after chdir", "cd $D; cp $PAYLOAD x; chmod +x x", "./x", "./old"),
    helper("chdir by descriptor", "by-changed-directory"),
    helper("two names exchanged", "exchanged"),
    helper("chroot", "root-changed"),
    helper("bind mount", "bound"),
    helper("mount namespace", "mounted-apart"),
    ready("255-byte names", f"cp $PAYLOAD $D/{NAME_255}; chmod +x $D/{NAME_255}",
          f"$D/{NAME_255}", "$D/old"),
    ready("names that are not UTF-8", f"cp $PAYLOAD $D/{NAME_BYTES}; chmod +x $D/{NAME_BYTES}",
          f"$D/{NAME_BYTES}", "$D/old"),
    drop("removed and made anew under the same name", f"{DROP}; rm $D/x; {DROP}"),
    ready("removed after the start", DROP, "$D/x; rm $D/x", "$D/old; rm $D/x"),
    drop("among 10,000 other files",
         f"{COPY}; mkdir $D/j; cd $D/j; seq 10000 | xargs touch; chmod +x $D/x"),
    Variant("copied out of the folder that is watched",
            f"{DROP}; cp $D/x $D/old.d/x; $D/old.d/x", f"{DROP}; cp $D/x $D/old.d/x; $D/old"),
    ready("on tmpfs", DROP, "$D/x", "$D/old", parent="/dev/shm"),
    drop("on an overlay", OVERLAY, run="$D/m/x"),
    drop("written outside, renamed to where it runs",
         "cp $PAYLOAD $D/old.d/x; mv $D/old.d/x $D/x; chmod +x $D/x"),
    drop("written outside, linked to where it runs",
         "cp $PAYLOAD $D/old.d/x; ln $D/old.d/x $D/x || exit 77; chmod +x $D/x"),
    ready("in /run/lock", DROP, "$D/x", "$D/old", parent="/run/lock"),
    ready("curl to a file elsewhere", f"{CURL}$PAYLOAD -o $D/old.d/x; chmod +x $D/old.d/x",
          "$D/old.d/x", "$D/old"),
    ready("curl to a redirection elsewhere",
          f"{CURL}$PAYLOAD > $D/old.d/x; chmod +x $D/old.d/x", "$D/old.d/x", "$D/old"),
    ready("curl to a file elsewhere, copied",
          f"{CURL}$PAYLOAD -o $D/old.d/y; cp $D/old.d/y $D/old.d/x; chmod +x $D/old.d/x",
          "$D/old.d/x", "$D/old"),
    ready("on ext4", DROP, "$D/x", "$D/old", parent="/var/tmp"),
]

PROCESSES = [
    helper("a process for each step", "forked"),
    helper("double fork, reparented", "reparented"),
    helper("a session for each step", "sessions"),
    helper("vfork", "vforked"),
    helper("descriptor table shared by clone", "table-shared"),
    helper("a thread for each step", "threaded"),
    helper("executed by a thread that is not the first", "exec-by-thread"),
    helper("child driven by ptrace", "traced"),
    helper("process number used again", "number-reused"),
    helper("as another user", "as-nobody"),
    Variant("near the end of the window", f"{DROP}; sleep 57; $D/x", f"{DROP}; sleep 61; $D/x",
            slow=True),
]

RUNNING = [
    helper("execveat on a descriptor", "by-execveat"),
    helper("execveat below a directory", "by-directory"),
    helper("/proc/self/fd", "by-proc"),
    helper("descriptor over a socket", "over-socket"),
    helper("descriptor taken by pidfd_getfd", "taken"),
    helper("descriptor inherited", "by-inheritance"),
    helper("memfd", "from-memory"),
    helper("memfd of another process", "from-memory-of-another"),
    Variant("memfd of what is no container runtime", "$E from-memory $D $T attack",
            f"{RUNTIME} from-memory $D $T attack"),
    Variant("memfd kept for a minute", f"{MEMORY} 61 $PAYLOAD F", f"{MEMORY} 61 $PAYLOAD $D/old F",
            slow=True),
    drop("script with an interpreter line", f"{SCRIPT}; chmod +x $D/x"),
    ready("sh FILE", SCRIPT, "sh $D/x", "sh $D/old.sh"),
    ready("bash FILE, relative", f"{SCRIPT}; cd $D", "bash x", "bash old.sh"),
    ready("sh reads it by '.'", SCRIPT, ". $D/x", ". $D/old.sh"),
    ready("bash reads it by '.'", SCRIPT, "bash -c '. $D/x'", "bash -c '. $D/old.sh'",
          unseen="it opens and reads the file as any program reads its data"),
    ready("sh, from its standard input", SCRIPT, "sh < $D/x", "sh < $D/old.sh; wc < $D/x >/dev/null"),
    ready("python FILE", "echo pass > $D/x.py", "python3 $D/x.py",
          "python3 $D/old.py $D/x.py"),
    ready("perl FILE", "echo 1 > $D/x", "perl $D/x", "perl $D/old.pl $D/x"),
    ready("sh FILE, its output in a file", SCRIPT, "sh $D/x > $D/log",
          "for s in sh bash; do $s -c 'echo a > /dev/null' > $D/log; done; "
          "bash -c 'exec {fd}< '$D'/x; read -u $fd a'"),
    ready("sh FILE by another name", f"{SCRIPT}; ln -s /bin/dash $D/old.d/foo",
          "$D/old.d/foo $D/x", "$D/old.d/foo $D/old.sh $D/x"),
    ready("sh FILE, moved away", f"{SCRIPT}; mv $D/x $D/old.d/y", "sh $D/old.d/y",
          "sh $D/old.sh; wc $D/old.d/y >/dev/null"),
    ready("sh FILE, copied away", f"{SCRIPT}; cp $D/x $D/old.d/y", "sh $D/old.d/y",
          "sh $D/old.sh; wc $D/old.d/y >/dev/null"),
    ready("sh FILE from curl", f"echo : > $D/old.sh; {CURL}$D/old.sh -o $D/old.d/x",
          "sh $D/old.d/x", "wc $D/old.d/x >/dev/null"),
    ready("sh with options, from its standard input", SCRIPT, "sh -e < $D/x",
          "sh -ec : < $D/x; bash -c 'echo a > /dev/null; python3 - < /dev/null' > $D/log"),
    ready("sh, from a standard input that it inherits", SCRIPT, "{ sh; } < $D/x",
          "while read l; do echo : | sh; done < $D/x; { cat; exec < /dev/null; sh; } < $D/x"),
    ready("bash with a word, from its standard input", SCRIPT, "bash -s a < $D/x",
          "bash -c 'sh <<< \"$(yes : | head -c 200000)\"'; bash $D/old.sh -s < $D/x"),
    ready("python with options, from its standard input", "echo {} > $D/x",
          "python3 -u - < $D/x", "python3 -m json.tool < $D/x >/dev/null"),
    ready("python FILE, relative", "echo pass > $D/x.py; cd $D", "python3 x.py",
          "python3 old.py x.py"),
    ready("python FILE behind options", "echo pass > $D/x.py", "python3 -u -B $D/x.py",
          "python3 -u $D/old.py $D/x.py"),
    ready("python FOLDER", "mkdir $D/x; echo pass > $D/x/__main__.py", "python3 $D/x",
          "python3 $D/old.py $D/x"),
    ready("perl FILE behind an option", "echo 1 > $D/x; echo 1 > $D/old", "perl -w $D/x",
          "perl $D/old.pl; perl -ne1 $D/x; perl -pe 1 $D/x >/dev/null"),
    ready("awk -f FILE", "echo 'BEGIN{}' > $D/x", "awk -f $D/x",
          "awk -f $D/old.awk $D/x; awk 1 $D/x >/dev/null"),
    Variant("python FILE in memory", f"{MEMORY} 0 $D/old.py python3 F",
            f"{MEMORY} 0 $D/old.py python3 $D/old.py F"),
    Variant("sh, from memory", f"{MEMORY} 0 $D/old.sh sh F", f"{MEMORY} 0 $D/old.sh sh $D/old.sh F"),
    ready("the loader runs it", "cp /bin/true $D/x", f"{LOADER} $D/x", f"{LOADER} /bin/true $D/x"),
    ready("LD_PRELOAD of a copy elsewhere", "cp $LIBRARY $D/x; cp $D/x $D/old.d/x",
          "LD_PRELOAD=$D/old.d/x /bin/true", "LD_PRELOAD=$D/old.so /bin/true $D/old.d/x"),
    ready("LD_PRELOAD", "cp $LIBRARY $D/x", "LD_PRELOAD=$D/x /bin/true",
          "LD_PRELOAD=$D/old.so /bin/true $D/x"),
    ready("dlopen", "cp $LIBRARY $D/x", "python3 -c \"import ctypes; ctypes.CDLL('$D/x')\"",
          "python3 -c \"import ctypes; ctypes.CDLL('$D/old.so')\""),
    ready("sh, through a pipe", SCRIPT, "cat $D/x | sh", "cat $D/x | wc >/dev/null",
          unseen="the shell never has the file, only what another process read from it"),
    helper("mapped, made executable later", "by-protection",
           unseen="mprotect names an address, not a file; every loader and JIT does the same"),
]

VARIANTS = BRINGING + MODES + NAMES + PROCESSES + RUNNING
