import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * The TLS of Java as a peer for the interoperability tests. It reads one JSON request per line and answers each with one
 * JSON line that bears the same id, in any order. "serve" starts an echo server and answers with its port; "seen" tells
 * what that server negotiated with the client of a port; "dial" connects, sends random bytes and demands them back.
 * Nothing but the JDK, from 17 on; its parameters are classes of providers to put before those of the JDK. A process has
 * one list of groups, the property jdk.tls.namedGroups.
 */
final class Peer {
    private static final int LIMIT_MS = 30_000;

    private static final Map<Integer, CompletableFuture<Map<String, Object>>> SERVED = new ConcurrentHashMap<>();
    private static String version = Runtime.version().toString();
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();

    public static void main(String[] arguments) throws Exception {
        // The default forbids more with each release, static RSA for one.
        Security.setProperty("jdk.tls.disabledAlgorithms", "SSLv3");
        for (var name : arguments) use((Provider) Class.forName(name).getDeclaredConstructor().newInstance());
        Responder.start();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            var request = new Request(line);
            THREADS.execute(() -> System.out.println(Json.write(handle(request))));
        }
        System.exit(0);
    }

    private static void use(Provider provider) {
        Security.insertProviderAt(provider, 1);
        version = provider.getVersionStr();
    }

    private static Map<String, Object> handle(Request request) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("id", request.number("id"));
        try {
            switch (request.text("do")) {
                case "serve" -> answer.put("port", serve(request));
                case "seen" -> answer.put("seen", seen(request.number("port")));
                case "dial" -> answer.put("seen", dial(request));
                case "runtime" -> answer.put("runtime", version);
                default -> throw new IllegalArgumentException("unknown request " + request.text("do"));
            }
        } catch (Exception error) {
            answer.put("error", error.toString());
        }
        return answer;
    }

    private static Map<String, Object> seen(int port) throws Exception {
        var served = SERVED.computeIfAbsent(port, unknown -> new CompletableFuture<>());
        try {
            return served.get(LIMIT_MS, TimeUnit.MILLISECONDS);
        } finally {
            SERVED.remove(port);
        }
    }

    /** What became of the handshakes of this process's servers, by the client's port. */
    private static CompletableFuture<Map<String, Object>> newHandshake(int port) {
        return SERVED.compute(port, (key, old) -> old == null || old.isDone() ? new CompletableFuture<>() : old);
    }

    private static int serve(Request request) throws Exception {
        var context = Settings.context(request);
        var parameters = Settings.parameters(request);
        parameters.setNeedClientAuth(request.flag("clientAuth"));
        var listener = (SSLServerSocket) context.getServerSocketFactory()
            .createServerSocket(0, 0, InetAddress.getLoopbackAddress());
        listener.setSSLParameters(parameters);
        THREADS.execute(() -> {
            while (true) {
                try {
                    var socket = (SSLSocket) listener.accept();
                    THREADS.execute(() -> echo(socket, request.number("updateAfter")));
                } catch (IOException error) {
                    throw new IllegalStateException("the server takes no more connections", error);
                }
            }
        });
        return listener.getLocalPort();
    }

    private static void echo(SSLSocket socket, int updateAfter) {
        long began = System.currentTimeMillis();
        var outcome = newHandshake(socket.getPort());
        try (socket) {
            socket.setSoTimeout(LIMIT_MS);
            socket.setTcpNoDelay(true);
            socket.startHandshake();
            outcome.complete(see(socket, began));
            var buffer = new byte[0x4000];
            int have = 0;
            boolean updated = updateAfter == 0;
            for (int length = read(socket, buffer); length >= 0; length = read(socket, buffer)) {
                if (!updated && have >= updateAfter) {
                    updated = true;
                    updateKeys(socket);
                }
                have += length;
                socket.getOutputStream().write(buffer, 0, length);
            }
        } catch (IOException error) {
            // After the handshake the other side says itself what it missed.
            outcome.completeExceptionally(error);
        }
    }

    private static int read(SSLSocket socket, byte[] buffer) throws IOException {
        return socket.getInputStream().read(buffer);
    }

    /** In TLS 1.3 a handshake after the handshake is a key update that asks for the other side's. */
    private static void updateKeys(SSLSocket socket) throws IOException {
        socket.startHandshake();
    }

    private static Map<String, Object> dial(Request request) throws Exception {
        var context = Settings.context(request);
        Map<String, Object> last = Map.of();
        for (int left = request.number("times"); left > 0; left--) {
            last = exchange(request, context);
            // A session is known by the millisecond in which it was made.
            Thread.sleep(2);
        }
        return last;
    }

    private static Map<String, Object> exchange(Request request, SSLContext context) throws IOException {
        var name = request.text("serverName");
        int port = request.number("port");
        long began = System.currentTimeMillis();
        var plain = new Socket(InetAddress.getLoopbackAddress(), port);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true)) {
            socket.setSoTimeout(LIMIT_MS);
            socket.setTcpNoDelay(true);
            var parameters = Settings.parameters(request);
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            var sent = new byte[request.number("length")];
            new Random().nextBytes(sent);
            var received = new byte[sent.length];
            int half = sent.length / 2;
            for (int from = 0; from < sent.length; from += half) {
                if (from > 0 && from == request.number("updateAfter")) updateKeys(socket);
                socket.getOutputStream().write(sent, from, half);
                if (socket.getInputStream().readNBytes(received, from, half) < half)
                    throw new IOException("closed after " + from + " bytes or more");
            }
            if (!Arrays.equals(sent, received)) throw new IOException("the bytes came back changed");
            return see(socket, began);
        }
    }

    /** What was negotiated on a connection that began at a time. */
    private static Map<String, Object> see(SSLSocket socket, long began) throws SSLPeerUnverifiedException {
        var session = (ExtendedSSLSession) socket.getSession();
        var seen = new LinkedHashMap<String, Object>();
        seen.put("versionName", session.getProtocol());
        seen.put("suiteName", session.getCipherSuite());
        seen.put("resumed", session.getCreationTime() < began);
        seen.put("alpn", socket.getApplicationProtocol());
        boolean isClient = socket.getUseClientMode();
        boolean shown = isClient || socket.getNeedClientAuth();
        seen.put("peerCertificates", shown ? session.getPeerCertificates().length : 0);
        if (isClient) seen.put("ocsp", staple(session));
        return seen;
    }

    private static String staple(ExtendedSSLSession session) {
        try {
            var responses = session.getStatusResponses();
            return responses.isEmpty() ? "" : Base64.getEncoder().encodeToString(responses.get(0));
        } catch (UnsupportedOperationException error) {
            // Not every provider shows it; the answer then lacks what a cell on it demands.
            return "";
        }
    }
}

/** What JSSE is told for a request. */
final class Settings {
    private static final char[] NO_PASSWORD = {};

    private Settings() {}

    static SSLContext context(Request request) throws GeneralSecurityException, IOException {
        var authority = Pem.certificate(request.text("authority"));
        var trusted = emptyStore();
        trusted.setCertificateEntry("authority", authority);
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        var own = emptyStore();
        if (request.has("certificate")) {
            var certificate = Pem.certificate(request.text("certificate"));
            var chain = new ArrayList<>(List.of(certificate));
            if (request.has("ocsp")) {
                Responder.add(certificate.getSerialNumber(), Base64.getDecoder().decode(request.text("ocsp")));
                // It staples nothing for a certificate whose issuer it does not know.
                chain.add(authority);
            }
            var key = Pem.privateKey(request.text("key"), certificate.getPublicKey().getAlgorithm());
            own.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        }
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, NO_PASSWORD);
        // Whether there are tickets is a property that a context reads when it is made.
        synchronized (Settings.class) {
            for (var role : List.of("client", "server"))
                System.setProperty("jdk.tls." + role + ".enableSessionTicketExtension", "" + !request.flag("noTickets"));
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            context.getClientSessionContext();
            context.getServerSessionContext();
            return context;
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    static SSLParameters parameters(Request request) {
        var suites = new String[] {request.text("suiteNames")};
        var version = request.number("version") == 0x0303 ? "TLSv1.2" : "TLSv1.3";
        var parameters = new SSLParameters(suites, new String[] {version});
        parameters.setApplicationProtocols(request.list("alpn").toArray(String[]::new));
        return parameters;
    }
}

/** The OCSP responder that a JSSE server gets its staples from. */
final class Responder {
    private static final Map<String, byte[]> RESPONSES = new ConcurrentHashMap<>();
    private static final String ENCODING = "application/ocsp-response";

    private Responder() {}

    static void add(BigInteger serial, byte[] response) {
        RESPONSES.put(HexFormat.of().formatHex(serial.toByteArray()), response);
    }

    static void start() throws IOException {
        var server = HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange; InputStream body = exchange.getRequestBody()) {
                // A short request comes in the path of a GET.
                var request = exchange.getRequestMethod().equals("GET")
                    ? Base64.getDecoder().decode(exchange.getRequestURI().getPath().substring(1))
                    : body.readAllBytes();
                var hex = HexFormat.of().formatHex(request);
                var serial = RESPONSES.keySet().stream().filter(hex::contains).findFirst();
                if (serial.isEmpty()) throw new IOException("no response for this certificate");
                var response = RESPONSES.get(serial.get());
                exchange.getResponseHeaders().set("Content-Type", ENCODING);
                exchange.sendResponseHeaders(200, response.length);
                exchange.getResponseBody().write(response);
            }
        });
        server.start();
        System.setProperty("jdk.tls.server.enableStatusRequestExtension", "true");
        System.setProperty("jdk.tls.stapling.responderOverride", "true");
        System.setProperty(
            "jdk.tls.stapling.responderURI", "http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }
}

final class Pem {
    private Pem() {}

    static X509Certificate certificate(String pem) throws GeneralSecurityException {
        var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
    }

    static PrivateKey privateKey(String pem, String algorithm) throws GeneralSecurityException {
        var bytes = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]*-----", ""));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }
}

/** A request: a flat JSON object whose strings know no escape but that of a new line. */
final class Request {
    private static final Pattern MEMBER = Pattern.compile("\"(\\w+)\":(\"[^\"]*\"|\\[[^\\]]*\\]|[^,}]+)");
    private static final Pattern STRING = Pattern.compile("\"([^\"]*)\"");

    private final Map<String, String> members = new LinkedHashMap<>();

    Request(String line) {
        for (Matcher found = MEMBER.matcher(line); found.find(); ) members.put(found.group(1), found.group(2));
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    List<String> list(String name) {
        var strings = STRING.matcher(members.getOrDefault(name, "")).results();
        return strings.map(string -> string.group(1).replace("\\n", "\n")).toList();
    }

    /** Empty: absent. */
    String text(String name) {
        return String.join("", list(name));
    }

    /** 0: absent. */
    int number(String name) {
        return Integer.parseInt(members.getOrDefault(name, "0"));
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(members.get(name));
    }
}

final class Json {
    private Json() {}

    static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            var members = map.entrySet().stream().map(one -> write(one.getKey()) + ":" + write(one.getValue()));
            return "{" + String.join(",", members.toList()) + "}";
        }
        if (!(value instanceof String text)) return String.valueOf(value);
        var escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
        return "\"" + escaped + "\"";
    }
}
