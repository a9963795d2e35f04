/* A disk that forgets: keeps a journal of what a process writes below one folder, and of what it
 * has made durable, so that tests/faults/power_loss.py can rebuild the files as they would be
 * after the power failed. Loaded with LD_PRELOAD into processes under test only.
 *
 * Record: kind (1 byte: W write, T truncate, S sync, R rename, U unlink, O created or emptied),
 * length of path (u32), length of data (u64), offset (u64), path, data. Appended in one writev
 * with O_APPEND, after the call itself has succeeded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int journal = -1;
static char root[PATH_MAX];

__attribute__((constructor)) static void begin(void) {
    const char *place = getenv("POWER_JOURNAL"), *folder = getenv("POWER_ROOT");
    if (!place || !folder) return;
    snprintf(root, sizeof root, "%s/", folder);
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    journal = real(place, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static void keep(char kind, const char *path, const void *data, uint64_t size, uint64_t offset) {
    if (journal < 0 || strncmp(path, root, strlen(root)) != 0) return;
    size_t length = strlen(path);
    /* Shared memory of SQLite is made anew at every start. */
    if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return;
    char head[21];
    uint32_t short_length = (uint32_t)length;
    head[0] = kind;
    memcpy(head + 1, &short_length, 4);
    memcpy(head + 5, &size, 8);
    memcpy(head + 13, &offset, 8);
    struct iovec parts[3] = {{head, 21}, {(void *)path, length}, {(void *)data, size}};
    ssize_t (*real)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
    if (real(journal, parts, data ? 3 : 2) < 0) abort();
}

static int path_of(int fd, char *path) {
    char link[64];
    struct stat about;
    if (journal < 0 || fd == journal || fstat(fd, &about) || !S_ISREG(about.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, PATH_MAX - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    return 1;
}

static void wrote(int fd, const void *data, ssize_t size, int64_t offset) {
    char path[PATH_MAX];
    if (size > 0 && path_of(fd, path)) keep('W', path, data, (uint64_t)size, (uint64_t)offset);
}

ssize_t write(int fd, const void *data, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    ssize_t done = real(fd, data, size);
    if (done > 0 && journal >= 0) {
        off_t end = lseek(fd, 0, SEEK_CUR);
        if (end >= done) wrote(fd, data, done, end - done);
    }
    return done;
}

#define POSITIONED(name, offset_type)                                                   \
    ssize_t name(int fd, const void *data, size_t size, offset_type offset) {           \
        static ssize_t (*real)(int, const void *, size_t, offset_type);                 \
        if (!real) real = dlsym(RTLD_NEXT, #name);                                      \
        ssize_t done = real(fd, data, size, offset);                                    \
        wrote(fd, data, done, offset);                                                  \
        return done;                                                                    \
    }
POSITIONED(pwrite, off_t)
POSITIONED(pwrite64, off64_t)

#define SYNCING(name)                                                                   \
    int name(int fd) {                                                                  \
        static int (*real)(int);                                                        \
        char path[PATH_MAX];                                                            \
        if (!real) real = dlsym(RTLD_NEXT, #name);                                      \
        int done = real(fd);                                                            \
        if (!done && path_of(fd, path)) keep('S', path, 0, 0, 0);                       \
        return done;                                                                    \
    }
SYNCING(fsync)
SYNCING(fdatasync)

#define CUTTING(name, offset_type)                                                      \
    int name(int fd, offset_type size) {                                                \
        static int (*real)(int, offset_type);                                           \
        char path[PATH_MAX];                                                            \
        if (!real) real = dlsym(RTLD_NEXT, #name);                                      \
        int done = real(fd, size);                                                      \
        if (!done && path_of(fd, path)) keep('T', path, 0, 0, (uint64_t)size);          \
        return done;                                                                    \
    }
CUTTING(ftruncate, off_t)
CUTTING(ftruncate64, off64_t)

static void absolute(const char *path, char *whole) {
    if (path[0] == '/') snprintf(whole, PATH_MAX, "%s", path);
    else {
        char here[PATH_MAX];
        if (!getcwd(here, sizeof here)) here[0] = 0;
        snprintf(whole, PATH_MAX, "%.2000s/%.2000s", here, path);
    }
}

int rename(const char *from, const char *to) {
    static int (*real)(const char *, const char *);
    char old[PATH_MAX], new[PATH_MAX];
    if (!real) real = dlsym(RTLD_NEXT, "rename");
    int done = real(from, to);
    if (!done && journal >= 0) {
        absolute(from, old);
        absolute(to, new);
        keep('R', old, new, strlen(new), 0);
    }
    return done;
}

int unlink(const char *path) {
    static int (*real)(const char *);
    char whole[PATH_MAX];
    if (!real) real = dlsym(RTLD_NEXT, "unlink");
    int done = real(path);
    if (!done && journal >= 0) {
        absolute(path, whole);
        keep('U', whole, 0, 0, 0);
    }
    return done;
}

#define OPENING(name)                                                                   \
    int name(const char *path, int flags, ...) {                                        \
        static int (*real)(const char *, int, ...);                                     \
        va_list more;                                                                   \
        va_start(more, flags);                                                          \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;       \
        va_end(more);                                                                   \
        if (!real) real = dlsym(RTLD_NEXT, #name);                                      \
        int fd = real(path, flags, mode);                                               \
        char whole[PATH_MAX];                                                           \
        if (fd >= 0 && (flags & O_TRUNC) && path_of(fd, whole)) keep('O', whole, 0, 0, 0); \
        return fd;                                                                      \
    }
OPENING(open)
OPENING(open64)
