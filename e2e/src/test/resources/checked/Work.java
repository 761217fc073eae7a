import com.sun.net.httpserver.HttpServer;
import java.net.*;
import java.net.http.*;
import java.nio.file.*;
import java.util.concurrent.*;
import java.util.stream.*;
public class Work {
    public static void main(String[] words) throws Exception {
        var pool = Executors.newFixedThreadPool(8);
        long sum = 0;
        for (var each : pool.invokeAll(IntStream.range(0, 100)
                .<Callable<Long>>mapToObj(i -> () -> LongStream.range(0, 100_000).sum()).toList())) {
            sum += each.get();
        }
        System.out.println("summed " + sum);
        var file = Files.createTempFile("a", "b");
        Files.write(file, new byte[1 << 20]);
        System.out.println("wrote " + Files.size(file));
        System.out.println("child " + new String(new ProcessBuilder("echo", "hi").start().getInputStream().readAllBytes()).strip());
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", x -> { x.sendResponseHeaders(200, -1); x.close(); });
        server.start();
        var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        var answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.discarding());
        System.out.println("answered " + answer.statusCode());
        System.gc();
        server.stop(0);
        pool.shutdown();
        System.exit(0);
    }
}
