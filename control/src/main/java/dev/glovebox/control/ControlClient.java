package dev.glovebox.control;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The command line's side of one request. Any thread may send; one thread is in [#finish].
///
/// An engine may have answered before everything was sent, as where it refuses. To send is no error
/// then: [#finish] tells how it ended.
public final class ControlClient implements AutoCloseable {
    private final SocketChannel channel;
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();

    private ControlClient(SocketChannel channel) {
        this.channel = channel;
        this.out = Channels.newOutputStream(channel);
    }

    /// Connects to the engine behind a socket.
    ///
    /// @throws IOException where no engine listens there, or this user may not connect
    public static ControlClient connect(Path socket) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new ControlClient(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Sends the request and passes on what comes, until the engine says how it ended.
    ///
    /// @return the exit code
    /// @throws IOException if the engine went away before
    public int converse(
            Request request, OutputStream stdout, OutputStream stderr, Consumer<String> progress)
            throws IOException {
        start(request);
        return finish(stdout, stderr, progress);
    }

    /// Sends the request. Input, sizes and signals may follow from then on.
    public void start(Request request) {
        tell(Frame.of(request));
    }

    /// Passes on what comes, until the engine says how it ended.
    ///
    /// @return the exit code
    /// @throws IOException if the engine went away before
    public int finish(OutputStream stdout, OutputStream stderr, Consumer<String> progress)
            throws IOException {
        var in = new DataInputStream(Channels.newInputStream(channel));
        for (var next = Frame.read(in); next.isPresent(); next = Frame.read(in)) {
            var frame = next.get();
            switch (frame.type()) {
                case STDOUT -> write(stdout, frame);
                case STDERR -> write(stderr, frame);
                case PROGRESS -> progress.accept(frame.text());
                case EXIT -> {
                    return frame.number(0);
                }
                case REQUEST, STDIN, STDIN_END, RESIZE, SIGNAL ->
                        throw new ControlException("unexpected from an engine: " + frame.type());
            }
        }
        throw new IOException("the engine went away before it had answered");
    }

    /// Sends bytes of standard input.
    ///
    /// @throws IOException where the engine wants no more of it
    public void input(byte[] bytes, int length) throws IOException {
        send(new Frame(Frame.Type.STDIN, Arrays.copyOf(bytes, length)));
    }

    /// Says that there is no more input.
    public void inputEnd() {
        tell(new Frame(Frame.Type.STDIN_END, new byte[0]));
    }

    /// Tells the size of the terminal.
    public void resize(int columns, int rows) {
        tell(Frame.of(Frame.Type.RESIZE, columns, rows));
    }

    /// Passes a signal on, by its name without `SIG`.
    public void signal(String name) {
        tell(Frame.of(Frame.Type.SIGNAL, name));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static void write(OutputStream stream, Frame frame) throws IOException {
        stream.write(frame.content());
        stream.flush();
    }

    private void tell(Frame frame) {
        try {
            send(frame);
        } catch (IOException engineDone) {
            // What it answered, or that it went away, is for who reads.
            return;
        }
    }

    private void send(Frame frame) throws IOException {
        writing.lock();
        try {
            frame.write(out);
        } finally {
            writing.unlock();
        }
    }
}
