#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

static const char NAME[] = "runsc-launcher.conf";

// Flags that would undo what the launcher is for, or that it sets itself.
static const char *const REFUSED[] = {
    "ignore-cgroups", "root",           "log",      "log-format",
    "platform",       "systemd-cgroup", "rootless", "allow-flag-override",
};

static char *trim(char *text) {
    while (*text == ' ' || *text == '\t') {
        text++;
    }
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r", text[length - 1]) != NULL) {
        text[--length] = '\0';
    }
    return text;
}

static bool copy(const char *value, char *out, size_t size) {
    size_t length = strlen(value);
    if (length == 0 || length >= size) {
        return false;
    }
    memcpy(out, value, length + 1);
    return true;
}

static bool flag_allowed(const char *flag) {
    if (strncmp(flag, "--", 2) != 0 || flag[2] == '\0' || flag[2] == '-') {
        return false;
    }
    size_t length = strcspn(flag + 2, "=");
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
        if (strlen(REFUSED[i]) == length && strncmp(flag + 2, REFUSED[i], length) == 0) {
            return false;
        }
    }
    return strncmp(flag + 2, "TESTONLY", 8) != 0;
}

static const char *add_flag(struct settings *settings, const char *value) {
    if (settings->flag_count == SETTINGS_MOST_FLAGS) {
        return "too many flags";
    }
    if (!flag_allowed(value)) {
        return "this flag is not one that may be set here";
    }
    char *slot = settings->flags[settings->flag_count];
    if (!copy(value, slot, sizeof settings->flags[0])) {
        return "flag too long";
    }
    settings->flag_count++;
    return NULL;
}

static const char *set_platform(struct settings *settings, const char *value) {
    if (settings->platform[0] != '\0') {
        return "platform given twice";
    }
    if (strcmp(value, "systrap") != 0 && strcmp(value, "kvm") != 0 &&
        strcmp(value, "ptrace") != 0) {
        return "platform is systrap, kvm or ptrace";
    }
    return copy(value, settings->platform, sizeof settings->platform) ? NULL : "platform too long";
}

static const char *set_runsc(struct settings *settings, const char *value) {
    if (settings->runsc[0] != '\0') {
        return "runsc given twice";
    }
    if (value[0] != '/') {
        return "runsc is an absolute path";
    }
    return copy(value, settings->runsc, sizeof settings->runsc) ? NULL : "path too long";
}

static const char *set(struct settings *settings, const char *key, const char *value) {
    if (strcmp(key, "runsc") == 0) {
        return set_runsc(settings, value);
    }
    if (strcmp(key, "platform") == 0) {
        return set_platform(settings, value);
    }
    if (strcmp(key, "flag") == 0) {
        return add_flag(settings, value);
    }
    if (strcmp(key, "hide-proc-sys-net") == 0) {
        settings->hide_proc_sys_net = strcmp(value, "true") == 0;
        return settings->hide_proc_sys_net || strcmp(value, "false") == 0 ? NULL : "true or false";
    }
    return "unknown key";
}

static const char *parse_line(struct settings *settings, char *line) {
    line = trim(line);
    if (line[0] == '\0' || line[0] == '#') {
        return NULL;
    }
    char *equals = strchr(line, '=');
    if (equals == NULL) {
        return "expected key = value";
    }
    *equals = '\0';
    return set(settings, trim(line), trim(equals + 1));
}

bool settings_parse(const char *text, struct settings *settings, char *why, size_t why_size) {
    *settings = (struct settings){0};
    char copied[SETTINGS_LONGEST];
    if (!copy(text, copied, sizeof copied)) {
        snprintf(why, why_size, "empty or longer than %d bytes", SETTINGS_LONGEST - 1);
        return false;
    }
    int number = 1;
    for (char *line = copied, *next; line != NULL; line = next, number++) {
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        const char *fault = parse_line(settings, line);
        if (fault != NULL) {
            snprintf(why, why_size, "line %d: %s", number, fault);
            return false;
        }
    }
    if (settings->runsc[0] == '\0') {
        snprintf(why, why_size, "no line says where runsc is");
        return false;
    }
    if (settings->platform[0] == '\0') {
        memcpy(settings->platform, "systrap", sizeof "systrap");
    }
    return true;
}

bool settings_trusted(const struct stat *file, uid_t owner) {
    return file->st_uid == owner && (file->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static int open_own_directory(void) {
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length < 0) {
        report("cannot read /proc/self/exe: %s", strerror(errno));
        return -1;
    }
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL) {
        report("no directory in the launcher's own path %s", path);
        return -1;
    }
    *slash = '\0';
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat found;
    if (directory < 0 || fstat(directory, &found) < 0) {
        report("cannot open %s: %s", path, strerror(errno));
    } else if (!settings_trusted(&found, 0)) {
        report("%s must belong to root and be writable by root alone", path);
    } else {
        return directory;
    }
    if (directory >= 0) {
        close(directory);
    }
    return -1;
}

static bool read_settings(int file, char *text, size_t size) {
    struct stat found;
    if (file < 0 || fstat(file, &found) < 0) {
        report("cannot open %s beside the launcher: %s", NAME, strerror(errno));
        return false;
    }
    if (!S_ISREG(found.st_mode) || !settings_trusted(&found, 0)) {
        report("%s must be a file of root's, writable by root alone", NAME);
        return false;
    }
    ssize_t length = read(file, text, size - 1);
    if (length < 0) {
        report("cannot read %s: %s", NAME, strerror(errno));
        return false;
    }
    text[length] = '\0';
    if ((off_t)length != found.st_size || strlen(text) != (size_t)length) {
        report("%s is longer than %zu bytes or holds a NUL", NAME, size - 1);
        return false;
    }
    return true;
}

static bool runsc_trusted(const char *path) {
    struct stat found;
    if (stat(path, &found) < 0) {
        report("cannot find runsc at %s: %s", path, strerror(errno));
        return false;
    }
    if (!S_ISREG(found.st_mode) || !settings_trusted(&found, 0)) {
        report("%s must be a file of root's, writable by root alone", path);
        return false;
    }
    return true;
}

bool settings_load(struct settings *settings) {
    int directory = open_own_directory();
    if (directory < 0) {
        return false;
    }
    int file = openat(directory, NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char text[SETTINGS_LONGEST + 1];
    bool readable = read_settings(file, text, sizeof text);
    close(directory);
    if (file >= 0) {
        close(file);
    }
    char why[128];
    if (!readable) {
        return false;
    }
    if (!settings_parse(text, settings, why, sizeof why)) {
        report("%s: %s", NAME, why);
        return false;
    }
    return runsc_trusted(settings->runsc);
}
