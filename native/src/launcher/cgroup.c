#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

static void join(const char *hierarchy, const char *path) {
    char file[PATH_MAX];
    int length = snprintf(file, sizeof file, "/sys/fs/cgroup/%s%s/cgroup.procs", hierarchy, path);
    if (length >= (int)sizeof file) {
        return;
    }
    int members = open(file, O_WRONLY | O_CLOEXEC);
    if (members < 0) {
        if (errno != ENOENT) {
            report_warning("cannot open %s: %s", file, strerror(errno));
        }
        return;
    }
    if (write(members, "0", 1) < 0) {
        report_warning("cannot join %s: %s", file, strerror(errno));
    }
    close(members);
}

// A line is NUMBER:CONTROLLERS:PATH; version 2's has no controllers, `name=` marks one without.
static void join_line(char *line, const char *path) {
    char *controllers = strchr(line, ':');
    if (controllers == NULL) {
        return;
    }
    controllers++;
    char *end = strchr(controllers, ':');
    if (end == NULL || strstr(path, "/../") != NULL) {
        return;
    }
    *end = '\0';
    if (strncmp(controllers, "name=", 5) == 0) {
        controllers += 5;
    }
    join(controllers, path);
}

void cgroup_join(const char *path) {
    if (path[0] != '/') {
        return;
    }
    FILE *own = fopen("/proc/self/cgroup", "re");
    if (own == NULL) {
        report_warning("cannot read /proc/self/cgroup: %s", strerror(errno));
        return;
    }
    char line[PATH_MAX];
    while (fgets(line, sizeof line, own) != NULL) {
        join_line(line, path);
    }
    fclose(own);
}
