#include "state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "report.h"
#include "settings.h"

static const char DIRECTORY[] = ".launcher";

// How long a waiting process may take to end after it was asked, before it is killed.
static const int PATIENCE_MILLISECONDS = 2000;

static bool make_directories(const char *path) {
    char partial[PATH_MAX];
    size_t length = strlen(path);
    if (length >= sizeof partial) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(partial, path, length + 1);
    for (char *at = partial + 1;; at++) {
        if (*at != '/' && *at != '\0') {
            continue;
        }
        char kept = *at;
        *at = '\0';
        if (mkdir(partial, 0711) < 0 && errno != EEXIST) {
            return false;
        }
        *at = kept;
        if (kept == '\0') {
            return true;
        }
    }
}

static bool check_directory(int directory, const char *path) {
    struct stat found;
    if (directory < 0 || fstat(directory, &found) < 0) {
        report("cannot open the directory %s: %s", path, strerror(errno));
        return false;
    }
    if (!settings_trusted(&found, geteuid())) {
        report("the directory %s must be root's and writable by root alone", path);
        return false;
    }
    return true;
}

int state_open(const char *root) {
    if (!make_directories(root)) {
        report("cannot make the directory %s: %s", root, strerror(errno));
        return -1;
    }
    int parent = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (!check_directory(parent, root)) {
        if (parent >= 0) {
            close(parent);
        }
        return -1;
    }
    if (mkdirat(parent, DIRECTORY, 0700) < 0 && errno != EEXIST) {
        report("cannot make %s/%s: %s", root, DIRECTORY, strerror(errno));
    }
    int directory = openat(parent, DIRECTORY, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    close(parent);
    if (check_directory(directory, DIRECTORY)) {
        return directory;
    }
    if (directory >= 0) {
        close(directory);
    }
    return -1;
}

bool state_has_container(const char *root, const char *id) {
    DIR *states = opendir(root);
    if (states == NULL) {
        return false;
    }
    char prefix[128];
    int length = snprintf(prefix, sizeof prefix, "%s_sandbox:", id);
    bool found = false;
    for (struct dirent *entry; !found && (entry = readdir(states)) != NULL;) {
        size_t name = strlen(entry->d_name);
        found = strncmp(entry->d_name, prefix, (size_t)length) == 0 && name > 6 &&
                strcmp(entry->d_name + name - 6, ".state") == 0;
    }
    closedir(states);
    return found;
}

// A socket's path may have 107 bytes only; through the directory's descriptor any root is in reach.
static struct sockaddr_un address_of(int directory, const char *id) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    _Static_assert(sizeof address.sun_path == 108, "room for /proc/self/fd/NUMBER/ID.sock");
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%.76s.s", directory, id);
    return address;
}

static int new_socket(void) {
    int made = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (made < 0) {
        report("cannot make a socket: %s", strerror(errno));
    }
    return made;
}

int state_bind(int directory, const char *id) {
    struct sockaddr_un address = address_of(directory, id);
    int connection = state_connect(directory, id);
    if (connection >= 0) {
        close(connection);
        report("container %s exists already", id);
        return -1;
    }
    state_forget(directory, id);
    int bound = new_socket();
    if (bound >= 0 && bind(bound, (struct sockaddr *)&address, sizeof address) < 0) {
        report("cannot make the control socket of container %s: %s", id, strerror(errno));
        close(bound);
        return -1;
    }
    return bound;
}

int state_connect(int directory, const char *id) {
    struct sockaddr_un address = address_of(directory, id);
    int connection = new_socket();
    if (connection < 0) {
        return -1;
    }
    if (connect(connection, (struct sockaddr *)&address, sizeof address) == 0) {
        return connection;
    }
    int fault = errno;
    close(connection);
    if (fault != ENOENT && fault != ECONNREFUSED) {
        report("cannot reach the process that waits for container %s: %s", id, strerror(fault));
        errno = fault;
    } else {
        errno = ENOENT;
    }
    return -1;
}

void state_forget(int directory, const char *id) {
    char name[128];
    snprintf(name, sizeof name, "%.76s.s", id);
    if (unlinkat(directory, name, 0) < 0 && errno != ENOENT) {
        report_warning("cannot remove the control socket of container %s: %s", id, strerror(errno));
    }
}

union control {
    char bytes[CMSG_SPACE(3 * sizeof(int))];
    struct cmsghdr aligned;
};

bool state_send(int connection, const void *bytes, size_t length, const int *descriptors,
                size_t count) {
    char copied[64];
    if (length > sizeof copied || count > 3) {
        report("message of %zu bytes and %zu descriptors is too long", length, count);
        return false;
    }
    memcpy(copied, bytes, length);
    struct iovec piece = {.iov_base = copied, .iov_len = length};
    union control control = {0};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (count > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *header = &control.aligned;
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
    }
    if (sendmsg(connection, &message, MSG_NOSIGNAL) < 0) {
        if (errno != EPIPE && errno != ECONNRESET) {
            report("cannot send to another process of the launcher: %s", strerror(errno));
        }
        return false;
    }
    return true;
}

static size_t take_descriptors(struct msghdr *message, int descriptors[3]) {
    size_t taken = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
         header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count && taken < 3; i++) {
            memcpy(&descriptors[taken++], CMSG_DATA(header) + i * sizeof(int), sizeof(int));
        }
    }
    return taken;
}

ssize_t state_receive(int connection, void *bytes, size_t size, int descriptors[3],
                      size_t *received) {
    struct iovec piece = {.iov_base = bytes, .iov_len = size};
    union control control = {0};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptors != NULL) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
    }
    ssize_t length;
    do {
        length = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (descriptors != NULL) {
        *received = length < 0 ? 0 : take_descriptors(&message, descriptors);
    }
    return length;
}

static bool await_end(int process, const char *id) {
    struct pollfd ended = {.fd = process, .events = POLLIN};
    if (poll(&ended, 1, PATIENCE_MILLISECONDS) > 0) {
        return true;
    }
    report_warning("the process that waits for container %s does not answer and is killed", id);
    if (syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0) < 0 && errno != ESRCH) {
        report("cannot kill the process that waits for container %s: %s", id, strerror(errno));
        return false;
    }
    return poll(&ended, 1, PATIENCE_MILLISECONDS) > 0;
}

bool state_end_waiter(int directory, const char *id) {
    int connection = state_connect(directory, id);
    if (connection < 0) {
        return errno == ENOENT;
    }
    struct ucred peer;
    socklen_t size = sizeof peer;
    int process = -1;
    if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0) {
        process = (int)syscall(SYS_pidfd_open, peer.pid, 0);
    }
    bool ended = process < 0 && errno == ESRCH;
    if (process >= 0) {
        static const char END_NOW[] = {END};
        // A failure means that it is ending already, or that it has to be killed.
        (void)state_send(connection, END_NOW, sizeof END_NOW, NULL, 0);
        ended = await_end(process, id);
        close(process);
    } else if (!ended) {
        report("cannot follow the process that waits for container %s: %s", id, strerror(errno));
    }
    close(connection);
    return ended;
}
