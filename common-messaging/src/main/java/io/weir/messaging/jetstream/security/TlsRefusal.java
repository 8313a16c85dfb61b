package io.weir.messaging.jetstream.security;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a connection that one side refuses, which waiting does not mend, from one that failed
 * because the other side is away. Pure.
 */
public final class TlsRefusal {
  /** How the JDK words what the other side said; the word is RFC 8446's name of the alert. */
  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  /** The client's words when only one side speaks TLS ({@code NatsConnection} of jnats). */
  private static final String SERVER_WANTS_TLS = "SSL required by server";

  private static final String SERVER_HAS_NO_TLS = "SSL connection wanted by client";

  private TlsRefusal() {}

  /** What is wrong and what to look at; empty when nothing was refused. */
  public static Optional<String> of(Throwable failure) {
    boolean certificates = false;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      Optional<String> found = said(at);
      if (found.isPresent()) {
        return found;
      }
      certificates |= at instanceof CertificateException;
    }
    return certificates
        ? Optional.of("the server's certificate is not accepted: " + deepest(failure))
        : Optional.empty();
  }

  private static Optional<String> said(Throwable at) {
    String message = String.valueOf(at.getMessage());
    if (at instanceof CertificateExpiredException) {
      return Optional.of(
          "the server's certificate, or its authority's, has expired (%s): renew it, and check the clocks"
              .formatted(message));
    }
    if (at instanceof CertificateNotYetValidException) {
      return Optional.of(
          "the server's certificate is not valid yet (%s): check the clocks".formatted(message));
    }
    if (at instanceof CertPathBuilderException) {
      return Optional.of(
          "the server's certificate comes from an authority that is not trusted here: check NATS_TLS_CA_FILE");
    }
    if (at instanceof CertificateException
        && (message.startsWith("No subject alternative") || message.startsWith("No name match"))) {
      return Optional.of(
          "the server's certificate is for another host (%s): check the host in NATS_URL"
              .formatted(message));
    }
    if (at instanceof SSLException) {
      return alert(message);
    }
    if (at instanceof IOException && message.contains(SERVER_WANTS_TLS)) {
      return Optional.of(
          "the server wants TLS: use tls:// in NATS_URL, and NATS_TLS_CA_FILE unless its authority is a public one");
    }
    if (at instanceof IOException && message.contains(SERVER_HAS_NO_TLS)) {
      return Optional.of(
          "the server has no TLS, which tls:// in NATS_URL or a NATS_TLS_*_FILE asks for");
    }
    return Optional.empty();
  }

  private static Optional<String> alert(String message) {
    Matcher alert = ALERT.matcher(message);
    if (!alert.find()) {
      return Optional.empty();
    }
    String name = alert.group(1).toLowerCase(Locale.ROOT);
    return switch (name) {
      // The server stops, or is in trouble of its own.
      case "close_notify", "internal_error", "user_canceled" -> Optional.empty();
      case "certificate_required",
          "bad_certificate",
          "unsupported_certificate",
          "certificate_revoked",
          "certificate_expired",
          "certificate_unknown",
          "unknown_ca",
          "access_denied" ->
          Optional.of(
              "the server refused our certificate (%s): check that NATS_TLS_CERT_FILE and NATS_TLS_KEY_FILE are set, not expired, and from an authority that the server trusts"
                  .formatted(name));
      default -> Optional.of("the server refused the TLS handshake (%s)".formatted(name));
    };
  }

  private static @Nullable String deepest(Throwable failure) {
    Throwable at = failure;
    while (at.getCause() != null) {
      at = at.getCause();
    }
    return at.getMessage();
  }
}
