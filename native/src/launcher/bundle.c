#include "bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "report.h"

static const off_t LARGEST = 4 << 20;
static const char TYPE_ANNOTATION[] = "io.kubernetes.cri.container-type";
static const char SANDBOX_ANNOTATION[] = "io.kubernetes.cri.sandbox-id";
static const char NAMESPACE_ANNOTATION[] = "io.kubernetes.cri.sandbox-namespace";
static const char LOGS_ANNOTATION[] = "io.kubernetes.cri.sandbox-log-directory";

// The namespace of `glovebox check` and the name of its file: see CheckPod and RefusedCallsFile.
static const char CHECKED_NAMESPACE[] = "glovebox-check";
static const char REFUSED_CALLS[] = "refused-calls.log";

static bool joins_sandbox(struct json annotations) {
    struct json type;
    char text[32];
    return json_member(annotations, TYPE_ANNOTATION, &type) &&
           json_string(type, text, sizeof text) && strcmp(text, "container") == 0;
}

// False where a container joins a sandbox and does not say which.
static bool read_annotations(struct json config, struct bundle *bundle) {
    struct json annotations;
    struct json sandbox;
    bundle->joins_sandbox =
        json_member(config, "annotations", &annotations) && joins_sandbox(annotations);
    return !bundle->joins_sandbox ||
           (json_member(annotations, SANDBOX_ANNOTATION, &sandbox) &&
            json_string(sandbox, bundle->sandbox, sizeof bundle->sandbox) &&
            invocation_valid_id(bundle->sandbox));
}

// containerd sets both annotations itself, from what the node says of a pod.
static void read_refused_calls(struct json config, struct bundle *bundle) {
    struct json annotations;
    struct json found;
    char namespace[sizeof CHECKED_NAMESPACE + 1];
    char logs[PATH_MAX];
    bool checked = json_member(config, "annotations", &annotations) &&
                   json_member(annotations, NAMESPACE_ANNOTATION, &found) &&
                   json_string(found, namespace, sizeof namespace) &&
                   strcmp(namespace, CHECKED_NAMESPACE) == 0 &&
                   json_member(annotations, LOGS_ANNOTATION, &found) &&
                   json_string(found, logs, sizeof logs) && logs[0] == '/' &&
                   strstr(logs, "..") == NULL;
    size_t size = sizeof bundle->refused_calls;
    if (!checked || snprintf(bundle->refused_calls, size, "%s/%s", logs, REFUSED_CALLS) >= (int)size) {
        bundle->refused_calls[0] = '\0';
    }
}

static bool wants_terminal(struct json config) {
    struct json process;
    struct json terminal;
    return json_member(config, "process", &process) &&
           json_member(process, "terminal", &terminal) && *terminal.start == 't';
}

static void read_cgroup(struct json config, struct bundle *bundle) {
    struct json linux_part;
    struct json path;
    if (!json_member(config, "linux", &linux_part) ||
        !json_member(linux_part, "cgroupsPath", &path) ||
        !json_string(path, bundle->cgroup, sizeof bundle->cgroup) || bundle->cgroup[0] != '/' ||
        strstr(bundle->cgroup, "..") != NULL) {
        bundle->cgroup[0] = '\0';
    }
}

bool bundle_parse(const char *text, size_t length, struct bundle *bundle) {
    *bundle = (struct bundle){0};
    struct json config;
    if (!json_parse(text, length, &config) || *config.start != '{') {
        return false;
    }
    bundle->terminal = wants_terminal(config);
    read_cgroup(config, bundle);
    read_refused_calls(config, bundle);
    return read_annotations(config, bundle);
}

static bool mend(char *text, struct json holder, const char *action, const char *reply) {
    static const char ERRNO[] = "\"SCMP_ACT_ERRNO\"";
    static const char TRACE[] = "\"SCMP_ACT_TRACE\"";
    struct json said;
    struct json number;
    int code;
    if (!json_member(holder, reply, &number) || !json_number(number, &code) || code != ENOSYS ||
        !json_member(holder, action, &said) ||
        (size_t)(said.end - said.start) != sizeof ERRNO - 1 ||
        memcmp(said.start, ERRNO, sizeof ERRNO - 1) != 0) {
        return false;
    }
    memcpy(text + (said.start - text), TRACE, sizeof TRACE - 1);
    return true;
}

bool bundle_mend_profile(char *text, size_t length) {
    struct json config;
    struct json linux_part;
    struct json profile;
    struct json rules;
    if (!json_parse(text, length, &config) || !json_member(config, "linux", &linux_part) ||
        !json_member(linux_part, "seccomp", &profile)) {
        return false;
    }
    bool mended = mend(text, profile, "defaultAction", "defaultErrnoRet");
    if (json_member(profile, "syscalls", &rules)) {
        struct json rule = {0};
        while (json_next(rules, &rule)) {
            mended |= mend(text, rule, "action", "errnoRet");
        }
    }
    return mended;
}

static bool read_whole(int file, char *text, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t piece = read(file, text + done, length - done);
        if (piece <= 0) {
            return false;
        }
        done += (size_t)piece;
    }
    return true;
}

bool bundle_load(const char *directory, struct bundle *bundle) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/config.json", directory) >= (int)sizeof path) {
        report("the bundle's path is too long: %.80s...", directory);
        return false;
    }
    int file = open(path, O_RDWR | O_CLOEXEC);
    struct stat found;
    if (file < 0 || fstat(file, &found) < 0) {
        report("cannot open %s: %s", path, strerror(errno));
        if (file >= 0) {
            close(file);
        }
        return false;
    }
    size_t length = (size_t)found.st_size;
    char *text = found.st_size > 0 && found.st_size <= LARGEST ? malloc(length) : NULL;
    bool parsed = text != NULL && read_whole(file, text, length) &&
                  bundle_parse(text, length, bundle);
    if (!parsed) {
        report("%s cannot be read or is not an OCI configuration", path);
    } else if (bundle_mend_profile(text, length) &&
               pwrite(file, text, length, 0) != (ssize_t)length) {
        report("%s cannot be written: %s", path, strerror(errno));
        parsed = false;
    }
    free(text);
    close(file);
    return parsed;
}
