#include "pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

bool pidfile_write(const char *path, pid_t pid) {
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof temporary, "%s.part", path) >= (int)sizeof temporary) {
        report("the pid file's path is too long: %.80s...", path);
        return false;
    }
    int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool written = file >= 0 && dprintf(file, "%d", (int)pid) > 0;
    if (file >= 0 && close(file) < 0) {
        written = false;
    }
    if (!written || rename(temporary, path) < 0) {
        report("cannot write the pid file %s: %s", path, strerror(errno));
        return false;
    }
    return true;
}

pid_t pidfile_read(int directory, const char *name) {
    int file = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return 0;
    }
    char text[16] = {0};
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    char *end;
    long pid = length > 0 ? strtol(text, &end, 10) : 0;
    return pid > 0 && pid <= INT_MAX && (*end == '\0' || *end == '\n') ? (pid_t)pid : 0;
}
