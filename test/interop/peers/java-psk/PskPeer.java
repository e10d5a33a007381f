import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.tls.BasicTlsPSKIdentity;
import org.bouncycastle.tls.PSKTlsClient;
import org.bouncycastle.tls.PSKTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * Bouncy Castle's own TLS, below the interface of the JDK, by keys agreed on outside TLS, with one suite of TLS 1.2.
 * "server SUITE NAME KEY HINT" says "port N" and sends back what it gets; "client PORT SUITE NAME KEY" sends its input and
 * prints what comes. Suites are numbers, keys hex.
 */
final class PskPeer {
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("server")) serve(arguments);
        else dial(arguments);
    }

    private static void serve(String[] arguments) throws Exception {
        int[] suites = {Integer.parseInt(arguments[1])};
        byte[] name = arguments[2].getBytes(StandardCharsets.UTF_8);
        byte[] key = HexFormat.of().parseHex(arguments[3]);
        byte[] hint = arguments[4].getBytes(StandardCharsets.UTF_8);
        TlsPSKIdentityManager keys = new TlsPSKIdentityManager() {
            @Override
            public byte[] getHint() {
                return hint;
            }

            @Override
            public byte[] getPSK(byte[] identity) {
                return Arrays.equals(identity, name) ? key.clone() : null;
            }
        };
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            System.out.println("port " + listener.getLocalPort());
            while (true) {
                Socket socket = listener.accept();
                new Thread(() -> answer(socket, suites, keys)).start();
            }
        }
    }

    private static void answer(Socket socket, int[] suites, TlsPSKIdentityManager keys) {
        try (socket) {
            TlsServerProtocol protocol = new TlsServerProtocol(socket.getInputStream(), socket.getOutputStream());
            protocol.accept(new PSKTlsServer(new BcTlsCrypto(new SecureRandom()), keys) {
                @Override
                protected int[] getSupportedCipherSuites() {
                    return suites;
                }

                @Override
                protected ProtocolVersion[] getSupportedVersions() {
                    return ProtocolVersion.TLSv12.only();
                }
            });
            copy(protocol.getInputStream(), protocol.getOutputStream());
            protocol.close();
        } catch (Exception error) {
            System.out.println("failed: " + error);
        }
    }

    private static void dial(String[] arguments) throws Exception {
        int[] suites = {Integer.parseInt(arguments[2])};
        byte[] name = arguments[3].getBytes(StandardCharsets.UTF_8);
        byte[] key = HexFormat.of().parseHex(arguments[4]);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]))) {
            TlsClientProtocol protocol = new TlsClientProtocol(socket.getInputStream(), socket.getOutputStream());
            protocol.connect(new PSKTlsClient(new BcTlsCrypto(new SecureRandom()), new BasicTlsPSKIdentity(name, key)) {
                @Override
                protected int[] getSupportedCipherSuites() {
                    return suites;
                }

                @Override
                protected ProtocolVersion[] getSupportedVersions() {
                    return ProtocolVersion.TLSv12.only();
                }
            });
            OutputStream output = protocol.getOutputStream();
            Thread sender = new Thread(() -> {
                try {
                    copy(System.in, output);
                } catch (Exception error) {
                    System.out.println("failed: " + error);
                }
            });
            sender.setDaemon(true);
            sender.start();
            copy(protocol.getInputStream(), System.out);
        }
    }

    private static void copy(InputStream from, OutputStream to) throws Exception {
        byte[] bytes = new byte[4096];
        for (int length = from.read(bytes); length > 0; length = from.read(bytes)) {
            to.write(bytes, 0, length);
            to.flush();
        }
    }
}
