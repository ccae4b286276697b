// The calls that shells and scripts cannot make: one program, one way of dropping a file per name.
#ifndef EVADE_H
#define EVADE_H

#define _GNU_SOURCE
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct way {
    const char* name;
    void (*go)(void);
};

// Set by main(): the folder of this run, a word that occurs nowhere else, the program that is
// dropped, whether this is the harmless twin, and that program's bytes.
extern const char *folder, *token, *source;
extern int is_twin;
extern char* payload;
extern size_t payload_size;

extern const struct way file_ways[], process_ways[], descriptor_ways[], ring_ways[];

// Ends the program with `what` and errno.
void die(const char* what) __attribute__((noreturn));
// `result`, or the end when it is negative.
long must(long result, const char* what);
// "<folder>/<name>", in one of eight buffers that take turns.
char* in_folder(const char* name);
// Writes the program into `fd`.
void fill(int fd);
// A new file with the program in it.
void drop(const char* path, mode_t mode);
// The program to run: `path`, or of a twin one that was there before.
const char* chosen(const char* path);
// Runs chosen(path) in a child and waits for it.
void run(const char* path);
// Does `step` in a child and waits for it.
void in_child(void (*step)(void));

#endif
