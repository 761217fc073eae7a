#include "report.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_MESSAGE = 2048 };

static const char *log_path;

void report_to(const char *path) {
    log_path = path;
}

void report_escape(const char *message, char *out, size_t size) {
    size_t used = 0;
    for (const char *at = message; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        char piece[7] = {*at};
        if (c == '"' || c == '\\') {
            snprintf(piece, sizeof piece, "\\%c", c);
        } else if (c < 0x20 || c == 0x7f) {
            snprintf(piece, sizeof piece, "\\u%04x", c);
        }
        size_t length = strlen(piece);
        if (used + length >= size) {
            break;
        }
        memcpy(out + used, piece, length);
        used += length;
    }
    out[used] = '\0';
}

// Nothing is left to tell a failure of the reporting itself to.
static void write_all(int fd, const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(fd, text, length);
        if (written <= 0) {
            return;
        }
        text += written;
        length -= (size_t)written;
    }
}

static void append_to_log(const char *level, const char *message) {
    if (log_path == NULL) {
        return;
    }
    int log = open(log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (log < 0) {
        return;
    }
    char escaped[LONGEST_MESSAGE * 2];
    report_escape(message, escaped, sizeof escaped);
    char line[sizeof escaped + 64];
    int length = snprintf(line, sizeof line, "{\"level\":\"%s\",\"msg\":\"%s\"}\n", level, escaped);
    write_all(log, line, (size_t)length);
    close(log);
}

static void tell(const char *level, const char *format, va_list values) {
    char message[LONGEST_MESSAGE];
    int length = vsnprintf(message, sizeof message - 1, format, values);
    if (length < 0) {
        return;
    }
    append_to_log(level, message);
    size_t used = strlen(message);
    message[used] = '\n';
    write_all(STDERR_FILENO, message, used + 1);
}

void report(const char *format, ...) {
    va_list values;
    va_start(values, format);
    tell("error", format, values);
    va_end(values);
}

void report_warning(const char *format, ...) {
    va_list values;
    va_start(values, format);
    tell("warning", format, values);
    va_end(values);
}
