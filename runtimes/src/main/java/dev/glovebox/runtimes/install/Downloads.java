package dev.glovebox.runtimes.install;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// Fetches files below one address, over HTTPS; over HTTP from this machine's loopback alone. A
/// server that sends nothing for a while is given up, and so is a file that is larger than it may
/// be. Redirections are followed within HTTPS.
final class Downloads {
    private static final int LARGEST_TEXT = 64 << 10;
    private static final long STEP = 8L << 20;

    private final URI base;
    private final Duration patience;

    /// @param base an address that ends with a slash or not
    /// @param patience how long a server may send nothing
    Downloads(URI base, Duration patience) {
        this.base = URI.create(base.toString().replaceAll("/+$", "") + "/");
        this.patience = Objects.requireNonNull(patience, "patience");
        check(this.base);
    }

    private static void check(URI base) {
        String host = base.getHost();
        if (host == null || !("https".equals(base.getScheme()) || isLoopback(base, host))) {
            throw new InstallException(
                    base
                            + " is no https:// address (http:// is for this machine's loopback"
                            + " alone)");
        }
    }

    private static boolean isLoopback(URI base, String host) {
        return "http".equals(base.getScheme())
                && (host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}|\\[::1]"));
    }

    /// The address of a file.
    URI address(String path) {
        return base.resolve(path);
    }

    /// A small text; empty where the server says that there is none (404).
    Optional<String> text(String path) throws IOException {
        HttpURLConnection connection = open(path);
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readNBytes(LARGEST_TEXT + 1);
            if (bytes.length > LARGEST_TEXT) {
                throw new InstallException(address(path) + " is too large for what it should be");
            }
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(path, e);
        } finally {
            connection.disconnect();
        }
    }

    /// Whether there is a file (404: there is none).
    boolean has(String path) throws IOException {
        HttpURLConnection connection = open(path);
        connection.setRequestMethod("HEAD");
        try {
            return connection.getResponseCode() != HttpURLConnection.HTTP_NOT_FOUND;
        } catch (IOException e) {
            throw failed(path, e);
        } finally {
            connection.disconnect();
        }
    }

    /// Where an address leads to (301 to 308), which is not followed.
    ///
    /// @throws UnreachableException where it leads nowhere
    URI leadsTo(String path) throws IOException {
        HttpURLConnection connection = open(path);
        connection.setInstanceFollowRedirects(false);
        try {
            int code = connection.getResponseCode();
            String place = connection.getHeaderField("Location");
            if (code / 100 != 3 || place == null) {
                throw new UnreachableException(
                        "%s leads nowhere: it is answered with %d".formatted(address(path), code));
            }
            return address(path).resolve(place);
        } catch (IllegalArgumentException e) {
            throw new UnreachableException(address(path) + " leads to what is no address", e);
        } catch (IOException e) {
            throw failed(path, e);
        } finally {
            connection.disconnect();
        }
    }

    /// A file, into one that is not there yet.
    ///
    /// @param most bytes that it may have
    void file(String path, Path to, long most, Consumer<String> progress) throws IOException {
        HttpURLConnection connection = open(path);
        try (InputStream in = connection.getInputStream();
                OutputStream out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW)) {
            long size = connection.getContentLengthLong();
            Room.require(to, Math.max(size, 0));
            long copied = copy(in, out, size, most, path, progress);
            if (size >= 0 && copied != size) {
                throw new InstallException(
                        "%s broke off after %d of %d bytes".formatted(address(path), copied, size));
            }
        } catch (FileNotFoundException e) {
            throw new InstallException("there is no " + address(path), e);
        } catch (IOException e) {
            throw failed(path, e);
        } finally {
            connection.disconnect();
        }
    }

    private long copy(
            InputStream in,
            OutputStream out,
            long size,
            long most,
            String path,
            Consumer<String> progress)
            throws IOException {
        byte[] buffer = new byte[1 << 16];
        long copied = 0;
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            if (copied / STEP != (copied + length) / STEP) {
                progress.accept(
                        "fetching %s: %d%s MiB"
                                .formatted(
                                        path,
                                        (copied + length) >> 20,
                                        size > 0 ? " of " + (size >> 20) : ""));
            }
            copied += length;
            if (copied > most) {
                throw new InstallException(
                        "%s is larger than %d MiB, which is the most that is taken"
                                .formatted(address(path), most >> 20));
            }
            write(out, buffer, length);
        }
        return copied;
    }

    /// What cannot be kept here is no fault of the server's.
    private static void write(OutputStream out, byte[] buffer, int length) {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw new InstallException("what is fetched cannot be kept: " + e.getMessage(), e);
        }
    }

    private HttpURLConnection open(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address(path).toURL().openConnection();
        connection.setConnectTimeout((int) patience.toMillis());
        connection.setReadTimeout((int) patience.toMillis());
        // From https only to https, as HttpURLConnection has it; from loopback nowhere else.
        connection.setInstanceFollowRedirects("https".equals(base.getScheme()));
        connection.setRequestProperty("User-Agent", "glovebox");
        return connection;
    }

    private InstallException failed(String path, IOException e) {
        return new UnreachableException("cannot fetch " + address(path) + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.net.UnknownHostException _ -> "its host is not known here";
            case java.net.SocketTimeoutException _ -> "it sent nothing for too long";
            default -> String.valueOf(e.getMessage());
        };
    }
}
