// PAYLOAD=PROGRAM evade NAME FOLDER TOKEN attack|twin
#include "evade.h"

const char *folder, *token, *source;
int is_twin;
char* payload;
size_t payload_size;

void die(const char* what) {
    fprintf(stderr, "evade: %s: %s\n", what, strerror(errno));
    _exit(errno == ENOSYS || errno == EOPNOTSUPP ? 77 : 1);
}

long must(long result, const char* what) {
    if (result < 0) die(what);
    return result;
}

char* in_folder(const char* name) {
    static char paths[8][4096];
    static unsigned next;
    char* path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

void fill(int fd) {
    if (write(fd, payload, payload_size) != (ssize_t)payload_size) die("write");
}

void drop(const char* path, mode_t mode) {
    int fd = must(open(path, O_WRONLY | O_CREAT | O_TRUNC, mode), path);
    fill(fd);
    close(fd);
}

const char* chosen(const char* path) { return is_twin ? in_folder("old") : path; }

static void wait_for(pid_t child) {
    int status = 0;
    must(waitpid(child, &status, 0), "waitpid");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "evade: a child ended with status %x\n", status);
        _exit(WIFEXITED(status) && WEXITSTATUS(status) == 77 ? 77 : 1);
    }
}

void run(const char* path) {
    pid_t child = must(fork(), "fork");
    if (child == 0) {
        execl(chosen(path), "x", token, NULL);
        die("exec");
    }
    wait_for(child);
}

void in_child(void (*step)(void)) {
    pid_t child = must(fork(), "fork");
    if (child == 0) {
        step();
        _exit(0);
    }
    wait_for(child);
}

static void read_payload(void) {
    struct stat status;
    int fd = must(open(source, O_RDONLY), source);
    must(fstat(fd, &status), "fstat");
    payload_size = status.st_size;
    payload = malloc(payload_size);
    if (read(fd, payload, payload_size) != (ssize_t)payload_size) die("read");
    close(fd);
}

int main(int count, char** arguments) {
    if (count != 5) return 2;
    const struct way* tables[] = {file_ways, process_ways, descriptor_ways, ring_ways};
    folder = arguments[2];
    token = arguments[3];
    is_twin = strcmp(arguments[4], "twin") == 0;
    source = getenv("PAYLOAD");
    if (!source) return 2;
    read_payload();
    for (unsigned i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct way* way = tables[i]; way->name; way++)
            if (strcmp(way->name, arguments[1]) == 0) {
                way->go();
                return 0;
            }
    fprintf(stderr, "evade: no such way: %s\n", arguments[1]);
    return 2;
}
