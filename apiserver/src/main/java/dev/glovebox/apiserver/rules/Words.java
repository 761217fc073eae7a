package dev.glovebox.apiserver.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What makes names, labels and ports valid. Each method returns what is wrong, in Kubernetes'
/// words; an empty list when nothing is. Source: apimachinery's `util/validation`.
public final class Words {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String VALUE = "(" + QUALIFIED + ")?";
    private static final Pattern IS_LABEL = Pattern.compile(LABEL);
    private static final Pattern IS_SUBDOMAIN = Pattern.compile(SUBDOMAIN);
    private static final Pattern IS_QUALIFIED = Pattern.compile(QUALIFIED);
    private static final Pattern IS_VALUE = Pattern.compile(VALUE);
    private static final String CONFIG_KEY = "[-._a-zA-Z0-9]+";
    private static final Pattern IS_CONFIG_KEY = Pattern.compile(CONFIG_KEY);
    private static final Pattern PORT_CHARACTERS = Pattern.compile("[-a-z0-9]+");
    private static final Pattern ENV_NAME = Pattern.compile("[ -<>-~]+");
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private static final String SERVICE = "[a-z]([-a-z0-9]*[a-z0-9])?";
    private static final Pattern IS_SERVICE = Pattern.compile(SERVICE);
    private static final String SERVICE_WORDS =
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with"
                    + " an alphabetic character, and end with an alphanumeric character (e.g."
                    + " 'my-name',  or 'abc-123', regex used for validation is '"
                    + SERVICE
                    + "')";

    private static final String LABEL_WORDS =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
                    + " and must start and end with an alphanumeric character (e.g. 'my-name',  or"
                    + " '123-abc', regex used for validation is '"
                    + LABEL
                    + "')";
    private static final String SUBDOMAIN_WORDS =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                    + " '-' or '.', and must start and end with an alphanumeric character (e.g."
                    + " 'example.com', regex used for validation is '"
                    + SUBDOMAIN
                    + "')";
    private static final String QUALIFIED_WORDS =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with"
                    + " an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc',"
                    + " regex used for validation is '"
                    + QUALIFIED
                    + "')";
    private static final String VALUE_WORDS =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_'"
                    + " or '.', and must start and end with an alphanumeric character (e.g."
                    + " 'MyValue',  or 'my_value',  or '12345', regex used for validation is '"
                    + VALUE
                    + "')";

    private static final String CONFIG_KEY_WORDS =
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
                    + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '"
                    + CONFIG_KEY
                    + "')";

    private Words() {}

    /// A DNS label: names of containers, namespaces, volumes.
    public static List<String> label(String text) {
        return check(text, 63, IS_LABEL, "", LABEL_WORDS);
    }

    /// A DNS label that does not begin with a digit: names of services.
    public static List<String> serviceName(String text) {
        return check(text, 63, IS_SERVICE, "", SERVICE_WORDS);
    }

    /// A DNS subdomain: names of most objects.
    public static List<String> subdomain(String text) {
        return check(text, 253, IS_SUBDOMAIN, "", SUBDOMAIN_WORDS);
    }

    /// A label's value.
    public static List<String> labelValue(String text) {
        return check(text, 63, IS_VALUE, "", VALUE_WORDS);
    }

    /// A label's or annotation's key, a condition's type: a name with an optional prefix.
    public static List<String> qualifiedName(String text) {
        String[] parts = text.split("/", -1);
        List<String> wrong = new ArrayList<>();
        if (parts.length > 2) {
            wrong.add(
                    "a qualified name "
                            + QUALIFIED_WORDS
                            + " with an optional DNS subdomain prefix and '/' (e.g."
                            + " 'example.com/MyName')");
            return wrong;
        }
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                wrong.add("prefix part must be non-empty");
            } else {
                subdomain(parts[0]).forEach(each -> wrong.add("prefix part " + each));
            }
        }
        String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
        }
        wrong.addAll(check(name, 63, IS_QUALIFIED, "name part ", QUALIFIED_WORDS));
        return wrong;
    }

    /// An annotation's key, which may hold capitals in its prefix.
    public static List<String> annotationKey(String text) {
        return qualifiedName(text.toLowerCase(Locale.ROOT));
    }

    /// The name of a port.
    public static List<String> portName(String text) {
        List<String> wrong = new ArrayList<>();
        if (text.length() > 15) {
            wrong.add("must be no more than 15 characters");
        }
        if (!PORT_CHARACTERS.matcher(text).matches()) {
            wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (text.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            wrong.add("must contain at least one letter (a-z)");
        }
        if (text.contains("--")) {
            wrong.add("must not contain consecutive hyphens");
        }
        if (text.startsWith("-") || text.endsWith("-")) {
            wrong.add("must not begin or end with a hyphen");
        }
        return wrong;
    }

    /// A port number.
    public static List<String> portNumber(long number) {
        return number >= 1 && number <= 65535
                ? List.of()
                : List.of("must be between 1 and 65535, inclusive");
    }

    /// The name of an environment variable.
    public static List<String> environmentName(String text) {
        return ENV_NAME.matcher(text).matches()
                ? List.of()
                : List.of(
                        "a valid environment variable name must consist only of printable ASCII"
                                + " characters other than '='");
    }

    /// An IP address, version 4 or 6.
    public static List<String> ip(String text) {
        return IPV4.matcher(text).matches() || IPV6.matcher(text).matches()
                ? List.of()
                : List.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }

    /// A key of a ConfigMap or a Secret, which may become a file's name.
    public static List<String> configKey(String text) {
        List<String> wrong = check(text, 253, IS_CONFIG_KEY, "", CONFIG_KEY_WORDS);
        if (text.equals(".")) {
            wrong.add("must not be '.'");
        } else if (text.equals("..")) {
            wrong.add("must not be '..'");
        } else if (text.startsWith("..")) {
            wrong.add("must not start with '..'");
        }
        return wrong;
    }

    /// A name that can stand in a URL: names of roles and of what binds them.
    public static List<String> pathSegment(String text) {
        List<String> wrong = new ArrayList<>();
        if (text.equals(".") || text.equals("..")) {
            wrong.add("may not be '" + text + "'");
        }
        for (String part : List.of("/", "%")) {
            if (text.contains(part)) {
                wrong.add("may not contain '" + part + "'");
            }
        }
        return wrong;
    }

    private static List<String> check(
            String text, int most, Pattern pattern, String prefix, String words) {
        List<String> wrong = new ArrayList<>();
        if (text.length() > most) {
            wrong.add(prefix + "must be no more than " + most + " characters");
        }
        // A bound before the pattern: it may take long over a long text.
        if (text.length() > 1024 || !pattern.matcher(text).matches()) {
            wrong.add(prefix + words);
        }
        return wrong;
    }
}
