#include "foreground.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "json.h"
#include "report.h"

// How runsc numbers its ways to deliver a signal (boot.SignalDeliveryMode).
enum { TO_FOREGROUND_GROUP = 2 };

static int reach_sandbox(int directory, const char *sandbox) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/../runsc-%.76s.sock",
             directory, sandbox);
    int control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (control < 0) {
        return -1;
    }
    struct timeval patience = {.tv_sec = 5};
    if (setsockopt(control, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0 ||
        connect(control, (struct sockaddr *)&address, sizeof address) < 0) {
        int fault = errno;
        close(control);
        errno = fault;
        return -1;
    }
    return control;
}

// The sandbox answers {"Success":true,...}.
static bool was_delivered(int control) {
    char text[4096];
    size_t used = 0;
    struct json answer;
    struct json success;
    while (used < sizeof text) {
        ssize_t length = recv(control, text + used, sizeof text - used, 0);
        if (length <= 0) {
            return false;
        }
        used += (size_t)length;
        if (json_parse(text, used, &answer)) {
            return json_member(answer, "Success", &success) && *success.start == 't';
        }
    }
    return false;
}

bool foreground_signal(int directory, const char *sandbox, const char *id, int signal) {
    char call[512];
    int length = snprintf(call, sizeof call,
                          "{\"Method\":\"containerManager.Signal\",\"Arg\":{\"CID\":\"%s\","
                          "\"Signo\":%d,\"PID\":0,\"Mode\":%d}}",
                          id, signal, TO_FOREGROUND_GROUP);
    int control = reach_sandbox(directory, sandbox);
    bool delivered = control >= 0 &&
                     send(control, call, (size_t)length, MSG_NOSIGNAL) == length &&
                     was_delivered(control);
    if (!delivered) {
        report_warning("signal %d did not reach the foreground of container %s", signal, id);
    }
    if (control >= 0) {
        close(control);
    }
    return delivered;
}
