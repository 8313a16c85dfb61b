package io.weir.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An authority that lives as long as a test, and what it signs, made by the JDK's keytool and
 * written as PEM files. Not thread-safe.
 */
public final class TestCertificates {
  public static final String HERE = "san=ip:127.0.0.1,dns:localhost";

  private static final String PASSWORD = "only-for-this-test";
  private final Path folder;
  private final String name;

  /** A certificate and its key. */
  public record Pair(Path certificate, Path key) {}

  public TestCertificates(Path folder, String name) throws Exception {
    this.folder = Files.createDirectories(folder);
    this.name = name;
    make("ca", "-ext", "bc:c", "-validity", "30");
    Files.writeString(authority(), pem("CERTIFICATE", store().getCertificate("ca").getEncoded()));
  }

  public Path authority() {
    return folder.resolve(name + "-ca.pem");
  }

  /** Good for this machine, now. */
  public Pair forThisHost(String alias) throws Exception {
    return signed(alias, "-ext", HERE, "-validity", "10");
  }

  /** Ran out yesterday. */
  public Pair expired(String alias) throws Exception {
    return signed(alias, "-ext", HERE, "-startdate", "-3d", "-validity", "2");
  }

  public Pair forHost(String alias, String host) throws Exception {
    return signed(alias, "-ext", "san=dns:" + host, "-validity", "10");
  }

  private Pair signed(String alias, String... more) throws Exception {
    var options = new ArrayList<>(List.of(more));
    options.addAll(List.of("-signer", "ca"));
    make(alias, options.toArray(String[]::new));
    KeyStore store = store();
    Pair pair =
        new Pair(
            folder.resolve(name + "-" + alias + ".pem"),
            folder.resolve(name + "-" + alias + "-key.pem"));
    var chain = new StringBuilder();
    for (Certificate each : store.getCertificateChain(alias)) {
      chain.append(pem("CERTIFICATE", each.getEncoded()));
    }
    Files.writeString(pair.certificate(), chain);
    Key key = store.getKey(alias, PASSWORD.toCharArray());
    Files.writeString(pair.key(), pem("PRIVATE KEY", key.getEncoded()));
    return pair;
  }

  private void make(String alias, String... more) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                folder.resolve(name + ".p12").toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keyalg",
                "EC",
                "-alias",
                alias,
                "-dname",
                "CN=" + name + " " + alias));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool: " + said);
    }
  }

  private KeyStore store() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  public static String pem(String kind, byte[] encoded) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(encoded), kind);
  }
}
