import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.AuthorizeCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.RealmChoiceCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslServer;

/**
 * OpenJDK's DIGEST-MD5. Arguments: client or server, quality of protection, ciphers, user, password, host. Lines: T token,
 * W message to wrap, U packet to unwrap; each is answered by one line, "! reason" for a failure. Values are base64.
 */
public class DigestPeer {
  public static void main(String[] arguments) throws Exception {
    boolean isClient = arguments[0].equals("client");
    Map<String, Object> properties = new HashMap<>();
    properties.put(Sasl.QOP, arguments[1]);
    properties.put(Sasl.STRENGTH, "high,medium,low");
    properties.put("com.sun.security.sasl.digest.cipher", arguments[2]);
    String user = arguments[3];
    char[] password = arguments[4].toCharArray();
    String host = arguments[5];
    SaslClient client = null;
    SaslServer server = null;
    if (isClient) {
      client =
          Sasl.createSaslClient(
              new String[] {"DIGEST-MD5"}, null, "imap", host, properties, (calls) -> answer(calls, user, password));
    } else {
      server = Sasl.createSaslServer("DIGEST-MD5", "imap", host, properties, (calls) -> answer(calls, user, password));
    }
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      byte[] given = Base64.getDecoder().decode(line.substring(2));
      try {
        byte[] made;
        switch (line.charAt(0)) {
          case 'T':
            made = isClient ? client.evaluateChallenge(given) : server.evaluateResponse(given);
            break;
          case 'W':
            made = isClient ? client.wrap(given, 0, given.length) : server.wrap(given, 0, given.length);
            break;
          default:
            made = isClient ? client.unwrap(given, 0, given.length) : server.unwrap(given, 0, given.length);
            break;
        }
        System.out.println("= " + (made == null ? "" : Base64.getEncoder().encodeToString(made)));
      } catch (Exception error) {
        System.out.println("! " + error);
      }
      System.out.flush();
    }
  }

  private static void answer(Callback[] calls, String user, char[] password) {
    for (Callback call : calls) {
      if (call instanceof RealmCallback) {
        RealmCallback realm = (RealmCallback) call;
        realm.setText(realm.getDefaultText());
      } else if (call instanceof RealmChoiceCallback) {
        ((RealmChoiceCallback) call).setSelectedIndex(0);
      } else if (call instanceof NameCallback) {
        ((NameCallback) call).setName(user);
      } else if (call instanceof PasswordCallback) {
        ((PasswordCallback) call).setPassword(password);
      } else if (call instanceof AuthorizeCallback) {
        AuthorizeCallback authorize = (AuthorizeCallback) call;
        authorize.setAuthorized(true);
        authorize.setAuthorizedID(authorize.getAuthorizationID());
      }
    }
  }
}
