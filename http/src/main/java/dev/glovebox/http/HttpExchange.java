package dev.glovebox.http;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;

/// One request and the way to answer it. The handler's thread answers; any thread may ask.
public interface HttpExchange {
    /// HTTP method, upper case.
    String method();

    /// Path and query as they came, encoded; begins with a slash.
    String target();

    /// The request's headers.
    Headers headers();

    /// The whole body; empty if there is none. It is read from the connection when this is asked
    /// for the first time, and waited for; an answer that begins before it has arrived closes the
    /// connection.
    ///
    /// @throws BodyTooLargeException when it went over the limit
    /// @throws BodyCutOffException when the client went away, or ran out of time, before its end
    byte[] body();

    /// The client's certificate chain, verified against the server's client authorities; empty if
    /// it showed none.
    List<X509Certificate> clientCertificates();

    /// The client's IP address; empty for one that came over a unix socket.
    String remoteAddress();

    /// Says that the client is known. Connections of strangers are few, short-lived, and the first
    /// to go; an HTTP/2 connection on which nobody vouched for an exchange ends with that exchange.
    void vouch();

    /// Runs `action` once when nobody waits for the answer any more: the client went away, or the
    /// server closes. At once if that is so already. Not run when the answer ends in the ordinary
    /// way. The action must not block.
    void onGone(Runnable action);

    /// Sends a complete answer and waits until it is on its way. `Content-Length` is set here,
    /// unless the request is a HEAD and `headers` know what a GET would bring.
    void respond(int code, Headers headers, byte[] body) throws IOException;

    /// Begins an answer of unknown length.
    BodyStream stream(int code, Headers headers) throws IOException;

    /// The code of the answer that was begun; 0 while none was.
    int status();

    /// Whether the request is an HTTP/1.1 request for an upgrade.
    boolean wantsUpgrade();

    /// Answers 101 with these headers; from then on the connection carries raw bytes.
    ///
    /// @throws IllegalStateException when the request did not ask for an upgrade
    RawConnection upgrade(Headers headers) throws IOException;
}
