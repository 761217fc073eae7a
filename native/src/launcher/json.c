#include "json.h"

#include <string.h>

static const int DEEPEST = 64;

struct scan {
    const char *at;
    const char *end;
    int depth;
};

static bool skip_value(struct scan *scan);

static void skip_space(struct scan *scan) {
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) != NULL && *scan->at != '\0') {
        scan->at++;
    }
}

static bool take(struct scan *scan, char wanted) {
    if (scan->at < scan->end && *scan->at == wanted) {
        scan->at++;
        return true;
    }
    return false;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

// Four hexadecimal digits, or -1.
static int take_hex(struct scan *scan) {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = scan->at < scan->end ? hex_digit(*scan->at) : -1;
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
        scan->at++;
    }
    return unit;
}

static bool skip_string(struct scan *scan) {
    if (!take(scan, '"')) {
        return false;
    }
    while (scan->at < scan->end) {
        unsigned char c = (unsigned char)*scan->at++;
        if (c == '"') {
            return true;
        }
        if (c < 0x20) {
            return false;
        }
        if (c == '\\') {
            if (scan->at >= scan->end) {
                return false;
            }
            char escaped = *scan->at++;
            if (escaped == 'u' ? take_hex(scan) < 0
                               : escaped == '\0' || strchr("\"\\/bfnrt", escaped) == NULL) {
                return false;
            }
        }
    }
    return false;
}

static bool skip_digits(struct scan *scan) {
    const char *first = scan->at;
    while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9') {
        scan->at++;
    }
    return scan->at > first;
}

static bool skip_number(struct scan *scan) {
    take(scan, '-');
    if (!take(scan, '0') && !skip_digits(scan)) {
        return false;
    }
    if (take(scan, '.') && !skip_digits(scan)) {
        return false;
    }
    if (take(scan, 'e') || take(scan, 'E')) {
        if (!take(scan, '+')) {
            take(scan, '-');
        }
        return skip_digits(scan);
    }
    return true;
}

static bool skip_word(struct scan *scan, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0) {
        return false;
    }
    scan->at += length;
    return true;
}

static bool skip_array(struct scan *scan) {
    take(scan, '[');
    skip_space(scan);
    if (take(scan, ']')) {
        return true;
    }
    do {
        if (!skip_value(scan)) {
            return false;
        }
        skip_space(scan);
    } while (take(scan, ','));
    return take(scan, ']');
}

static bool skip_name(struct scan *scan) {
    skip_space(scan);
    if (!skip_string(scan)) {
        return false;
    }
    skip_space(scan);
    return take(scan, ':');
}

static bool skip_object(struct scan *scan) {
    take(scan, '{');
    skip_space(scan);
    if (take(scan, '}')) {
        return true;
    }
    do {
        if (!skip_name(scan) || !skip_value(scan)) {
            return false;
        }
        skip_space(scan);
    } while (take(scan, ','));
    return take(scan, '}');
}

static bool skip_value(struct scan *scan) {
    skip_space(scan);
    if (scan->at >= scan->end || scan->depth >= DEEPEST) {
        return false;
    }
    scan->depth++;
    bool whole;
    switch (*scan->at) {
        case '{':
            whole = skip_object(scan);
            break;
        case '[':
            whole = skip_array(scan);
            break;
        case '"':
            whole = skip_string(scan);
            break;
        case 't':
            whole = skip_word(scan, "true");
            break;
        case 'f':
            whole = skip_word(scan, "false");
            break;
        case 'n':
            whole = skip_word(scan, "null");
            break;
        default:
            whole = skip_number(scan);
    }
    scan->depth--;
    return whole;
}

bool json_parse(const char *text, size_t length, struct json *value) {
    struct scan scan = {.at = text, .end = text + length};
    skip_space(&scan);
    value->start = scan.at;
    if (!skip_value(&scan)) {
        return false;
    }
    value->end = scan.at;
    skip_space(&scan);
    return scan.at == scan.end;
}

bool json_member(struct json object, const char *name, struct json *value) {
    struct scan scan = {.at = object.start, .end = object.end};
    if (!take(&scan, '{')) {
        return false;
    }
    bool found = false;
    do {
        skip_space(&scan);
        struct json key = {.start = scan.at};
        if (!skip_string(&scan)) {
            return found;
        }
        key.end = scan.at;
        skip_space(&scan);
        take(&scan, ':');
        skip_space(&scan);
        struct json member = {.start = scan.at};
        if (!skip_value(&scan)) {
            return found;
        }
        member.end = scan.at;
        char decoded[256];
        if (json_string(key, decoded, sizeof decoded) && strcmp(decoded, name) == 0) {
            *value = member;
            found = true;
        }
        skip_space(&scan);
    } while (take(&scan, ','));
    return found;
}

bool json_next(struct json array, struct json *element) {
    struct scan scan = {.at = array.start, .end = array.end};
    if (element->start == NULL ? !take(&scan, '[') : *array.start != '[') {
        return false;
    }
    if (element->start != NULL) {
        scan.at = element->end;
        skip_space(&scan);
        if (!take(&scan, ',')) {
            return false;
        }
    }
    skip_space(&scan);
    element->start = scan.at;
    if (!skip_value(&scan)) {
        return false;
    }
    element->end = scan.at;
    return true;
}

// The code point after `\u`, joined from two escapes where it is a surrogate pair; -1 where broken.
static int take_code_point(struct scan *scan) {
    int unit = take_hex(scan);
    if (unit < 0xd800 || unit > 0xdfff) {
        return unit;
    }
    if (unit > 0xdbff || !take(scan, '\\') || !take(scan, 'u')) {
        return -1;
    }
    int low = take_hex(scan);
    if (low < 0xdc00 || low > 0xdfff) {
        return -1;
    }
    return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

static size_t encode_utf8(int point, char out[4]) {
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    out[0] = (char)(leads[length] | point);
    return length;
}

static char unescape(char c) {
    switch (c) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return c;
    }
}

bool json_string(struct json value, char *out, size_t size) {
    struct scan scan = {.at = value.start, .end = value.end};
    if (!take(&scan, '"')) {
        return false;
    }
    size_t used = 0;
    while (scan.at < scan.end && *scan.at != '"') {
        char encoded[4] = {*scan.at++};
        size_t length = 1;
        if (encoded[0] == '\\') {
            if (take(&scan, 'u')) {
                int point = take_code_point(&scan);
                if (point <= 0) {
                    return false;
                }
                length = encode_utf8(point, encoded);
            } else if (scan.at < scan.end) {
                encoded[0] = unescape(*scan.at++);
            }
        }
        if (encoded[0] == '\0' || used + length >= size) {
            return false;
        }
        memcpy(out + used, encoded, length);
        used += length;
    }
    if (used >= size) {
        return false;
    }
    out[used] = '\0';
    return scan.at + 1 == scan.end;
}

bool json_number(struct json value, int *out) {
    long sum = 0;
    if (value.start == value.end) {
        return false;
    }
    for (const char *at = value.start; at < value.end; at++) {
        if (*at < '0' || *at > '9') {
            return false;
        }
        sum = sum * 10 + (*at - '0');
        if (sum > 0x7fffffff) {
            return false;
        }
    }
    *out = (int)sum;
    return true;
}
