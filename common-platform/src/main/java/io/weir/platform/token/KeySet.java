package io.weir.platform.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The keys of an issuer that signatures may be checked with. Public ones only: a secret that stands
 * in a published set is no secret, and nothing is checked with it. Immutable.
 */
final class KeySet {
  private static final int SHORTEST_RSA = 2048;
  private static final int MOST_KEYS = 100;
  private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);

  private final List<Usable> keys;

  private record Usable(JWK jwk, PublicKey key) {}

  private KeySet(List<Usable> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Reads a set. Keys of kinds that we don't know, for other uses, too short or broken are left out
   * (RFC 7517, 5).
   *
   * @throws ParseException when it is no set of keys, or one without a key that we can use
   */
  static KeySet parse(byte[] json) throws ParseException {
    Map<String, Object>[] listed =
        JSONObjectUtils.getJSONObjectArray(
            JSONObjectUtils.parse(new String(json, StandardCharsets.UTF_8)), "keys");
    if (listed == null) {
      throw new ParseException("not a set of keys: wants a JSON object with \"keys\"", 0);
    }
    if (listed.length > MOST_KEYS) {
      throw new ParseException("more than %d keys".formatted(MOST_KEYS), 0);
    }
    var usable = new ArrayList<Usable>();
    for (Map<String, Object> one : listed) {
      usable(one).ifPresent(usable::add);
    }
    if (usable.isEmpty()) {
      throw new ParseException(
          "none of its %d keys can check a signature: wants RSA of %d bits or more, EC or Ed25519"
              .formatted(listed.length, SHORTEST_RSA),
          0);
    }
    return new KeySet(usable);
  }

  /** Those that may have made the signature of a token with this header; most often one. */
  List<PublicKey> matching(JWSHeader header) {
    JWKMatcher matcher = JWKMatcher.forJWSHeader(header);
    return keys.stream().filter(key -> matcher.matches(key.jwk())).map(Usable::key).toList();
  }

  /** The names of the keys, for the log. */
  Set<String> ids() {
    var ids = new TreeSet<String>();
    for (Usable one : keys) {
      ids.add(one.jwk().getKeyID() == null ? "(none)" : one.jwk().getKeyID());
    }
    return ids;
  }

  private static Optional<Usable> usable(Map<String, Object> json) {
    try {
      JWK jwk = JWK.parse(json);
      if (!isForSignatures(jwk)) {
        return Optional.empty();
      }
      return switch (jwk) {
        case RSAKey rsa when rsa.size() >= SHORTEST_RSA ->
            Optional.of(new Usable(rsa.toPublicJWK(), rsa.toPublicKey()));
        case ECKey ec when CURVES.contains(ec.getCurve()) ->
            Optional.of(new Usable(ec.toPublicJWK(), ec.toPublicKey()));
        case OctetKeyPair pair -> Ed25519.key(pair).map(key -> new Usable(pair.toPublicJWK(), key));
        default -> Optional.empty();
      };
    } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private static boolean isForSignatures(JWK jwk) {
    return (jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE))
        && (jwk.getKeyOperations() == null || jwk.getKeyOperations().contains(KeyOperation.VERIFY))
        && jwk.getKeyRevocation() == null;
  }
}
