#include "invocation.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum shape {
    FLAG,    // no value, sets a bool
    VALUE,   // a value, sets a string
    IGNORED, // no value, means nothing under gVisor
    HANDED,  // no value, runsc reads it itself
    HANDED_VALUE,
    REFUSED, // would need what runsc cannot do
};

struct option {
    const char *command; // NULL for those before the command
    const char *name;
    enum shape shape;
    size_t field; // offset in struct invocation
};

#define FIELD(name) offsetof(struct invocation, name)

static const struct option OPTIONS[] = {
    {NULL, "root", VALUE, FIELD(root)},
    {NULL, "log", VALUE, FIELD(log)},
    {NULL, "log-format", HANDED_VALUE, 0},
    {NULL, "debug", IGNORED, 0},
    {NULL, "systemd-cgroup", FLAG, FIELD(systemd_cgroup)},
    {NULL, "version", FLAG, FIELD(version)},
    {NULL, "v", FLAG, FIELD(version)},
    {"create", "bundle", VALUE, FIELD(bundle)},
    {"create", "pid-file", VALUE, FIELD(pid_file)},
    {"create", "console-socket", VALUE, FIELD(console_socket)},
    {"create", "no-pivot", IGNORED, 0},
    {"create", "no-new-keyring", IGNORED, 0},
    {"create", "preserve-fds", REFUSED, 0},
    {"kill", "all", FLAG, FIELD(all)},
    {"kill", "a", FLAG, FIELD(all)},
    {"delete", "force", FLAG, FIELD(force)},
    {"delete", "f", FLAG, FIELD(force)},
    {"exec", "process", VALUE, FIELD(process)},
    {"exec", "pid-file", VALUE, FIELD(pid_file)},
    {"exec", "console-socket", VALUE, FIELD(console_socket)},
    {"exec", "detach", IGNORED, 0},
    {"exec", "preserve-fds", REFUSED, 0},
    {"ps", "format", HANDED_VALUE, 0},
    {"events", "stats", HANDED, 0},
    {"events", "interval", HANDED_VALUE, 0},
    {"list", "format", HANDED_VALUE, 0},
    {"list", "quiet", HANDED, 0},
};

static const char *const COMMANDS[] = {
    "create", "start", "state", "kill",   "delete", "exec",
    "ps",     "events", "pause", "resume", "list",
};

struct reader {
    int left;
    char *const *at;
    struct invocation *into;
    char *why;
    size_t why_size;
};

static bool fault(struct reader *reader, const char *what, const char *name) {
    snprintf(reader->why, reader->why_size, "%s: %.80s", what, name);
    return false;
}

static const char *next(struct reader *reader) {
    if (reader->left == 0) {
        return NULL;
    }
    reader->left--;
    return *reader->at++;
}

static const struct option *find_option(const char *command, const char *name, size_t length) {
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++) {
        const struct option *option = &OPTIONS[i];
        bool here = command == NULL ? option->command == NULL
                                    : option->command != NULL &&
                                          strcmp(option->command, command) == 0;
        if (here && strlen(option->name) == length && strncmp(option->name, name, length) == 0) {
            return option;
        }
    }
    return NULL;
}

static bool read_option(struct reader *reader, const char *word) {
    const char *name = word + (word[1] == '-' ? 2 : 1);
    size_t length = strcspn(name, "=");
    const struct option *option = find_option(reader->into->command, name, length);
    if (option == NULL) {
        return fault(reader, "unknown option", word);
    }
    if (option->shape == REFUSED) {
        return fault(reader, "gVisor cannot do this", word);
    }
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    char *field = (char *)reader->into + option->field;
    if (option->shape == VALUE || option->shape == HANDED_VALUE) {
        if (value == NULL) {
            value = next(reader);
        }
        if (value == NULL || value[0] == '\0') {
            return fault(reader, "option without its value", word);
        }
        if (option->shape == VALUE) {
            memcpy(field, &value, sizeof value);
        }
        return true;
    }
    if (value != NULL) {
        return fault(reader, "option takes no value", word);
    }
    if (option->shape == FLAG) {
        *(bool *)field = true;
    }
    return true;
}

static bool known_command(const char *word) {
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        if (strcmp(COMMANDS[i], word) == 0) {
            return true;
        }
    }
    return false;
}

// Options up to the first word that is none; that word, or NULL at the end.
static bool read_options(struct reader *reader, const char **word) {
    while ((*word = next(reader)) != NULL && (*word)[0] == '-') {
        if (!read_option(reader, *word)) {
            return false;
        }
    }
    return true;
}

static bool read_signal(struct reader *reader) {
    const char *word = next(reader);
    if (word == NULL) {
        reader->into->signal = SIGTERM;
        return true;
    }
    char *end;
    long number = strtol(word, &end, 10);
    if (*word == '\0' || *end != '\0' || number < 1 || number > 64) {
        return fault(reader, "a signal is a number from 1 to 64", word);
    }
    reader->into->signal = (int)number;
    return true;
}

static bool read_command(struct reader *reader, const char *command) {
    struct invocation *into = reader->into;
    if (strcmp(command, "update") == 0) {
        return fault(reader, "runsc cannot change a running container's limits, change those of "
                             "the pod's cgroup", command);
    }
    if (!known_command(command)) {
        return fault(reader, "gVisor's launcher has no such command", command);
    }
    into->command = command;
    into->words = reader->at - 1;
    into->word_count = (size_t)reader->left + 1;
    if (!read_options(reader, &into->id)) {
        return false;
    }
    if (into->id == NULL) {
        return strcmp(command, "list") == 0 || fault(reader, "no container id after", command);
    }
    if (!invocation_valid_id(into->id)) {
        return fault(reader, "not a container id", into->id);
    }
    if (strcmp(command, "kill") == 0 && !read_signal(reader)) {
        return false;
    }
    const char *more = next(reader);
    return more == NULL || fault(reader, "more arguments than expected", more);
}

bool invocation_valid_id(const char *id) {
    size_t length = strlen(id);
    return length > 0 && length <= INVOCATION_LONGEST_ID && id[0] != '.' && id[0] != '-' &&
           strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-+") ==
               length;
}

bool invocation_parse(int count, char *const *arguments, struct invocation *invocation, char *why,
                      size_t why_size) {
    *invocation = (struct invocation){0};
    struct reader reader = {
        .left = count, .at = arguments, .into = invocation, .why = why, .why_size = why_size};
    const char *command;
    if (!read_options(&reader, &command)) {
        return false;
    }
    if (invocation->version) {
        return command == NULL || fault(&reader, "--version stands alone", command);
    }
    if (command == NULL) {
        return fault(&reader, "no command", "");
    }
    if (invocation->root == NULL || invocation->root[0] != '/') {
        return fault(&reader, "--root with an absolute path is needed before", command);
    }
    return read_command(&reader, command);
}
