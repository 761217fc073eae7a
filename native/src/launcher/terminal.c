#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "report.h"
#include "state.h"

static bool send_master(const char *path, int master) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        report("the console socket's path is too long: %s", path);
        return false;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int console = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (console < 0 || connect(console, (struct sockaddr *)&address, sizeof address) < 0) {
        report("cannot reach the console socket %s: %s", path, strerror(errno));
        if (console >= 0) {
            close(console);
        }
        return false;
    }
    static const char NAME[] = "/dev/ptmx";
    bool sent = state_send(console, NAME, sizeof NAME - 1, &master, 1);
    close(console);
    return sent;
}

// Opens the other side of a master and sends the master on; closes the master in any case.
static bool share(int master, const char *path, int *terminal) {
    *terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*terminal < 0) {
        report("cannot open the other side of a pseudo-terminal: %s", strerror(errno));
        close(master);
        return false;
    }
    bool sent = send_master(path, master);
    close(master);
    return sent;
}

bool terminal_open(const char *path, int *terminal) {
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || unlockpt(master) < 0) {
        report("cannot open a pseudo-terminal: %s", strerror(errno));
        return false;
    }
    return share(master, path, terminal);
}

int terminal_listen(int directory, const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%.80s", directory, name);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(listener, 1) < 0) {
        report("cannot listen for a terminal: %s", strerror(errno));
        if (listener >= 0) {
            close(listener);
        }
        return -1;
    }
    return listener;
}

bool terminal_pass_on(int listener, const char *path, int *terminal) {
    int sender = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    char name[256];
    int masters[3];
    size_t received = 0;
    if (sender >= 0) {
        (void)state_receive(sender, name, sizeof name, masters, &received);
        close(sender);
    }
    if (received != 1) {
        report("runsc has sent no terminal");
        return false;
    }
    return share(masters[0], path, terminal);
}
