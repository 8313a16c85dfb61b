package io.weir.testsupport;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tokens that must open nothing, by what is wrong with them: everything that has been tried against
 * others. Each has, but for that, what a good token of the issuer has.
 */
public final class ForgedTokens {
  private final TokenIssuer issuer;
  private final JWTClaimsSet claims;
  private final RSAKey key;
  private final RSAKey foreign;
  private final Map<String, String> tokens = new LinkedHashMap<>();

  private ForgedTokens(TokenIssuer issuer, JWTClaimsSet claims) {
    this.issuer = issuer;
    this.claims = claims;
    this.key = (RSAKey) issuer.keys().getFirst();
    this.foreign = TokenIssuer.foreignKey(key.getKeyID());
  }

  /** All of them, made from {@code claims}, which are good ones of {@code issuer}. */
  public static Map<String, String> of(TokenIssuer issuer, JWTClaimsSet claims) {
    var forged = new ForgedTokens(issuer, claims);
    try {
      forged.unsigned();
      forged.signedWithWhatIsPublic();
      forged.ofAnotherKey();
      forged.edited();
      forged.claiming();
      forged.typed();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return forged.tokens;
  }

  private void unsigned() {
    for (String none : List.of("none", "None", "NONE")) {
      add(
          "alg " + none,
          part("{\"alg\":\"%s\",\"typ\":\"JWT\"}".formatted(none)) + "." + payload() + ".");
    }
    add(
        "alg none with the signature of a good one",
        part("{\"alg\":\"none\"}") + "." + payload() + "." + good().split("\\.", -1)[2]);
    add("no signature", good().substring(0, good().lastIndexOf('.') + 1));
    JWK curve = issuer.keys().getLast();
    String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);
    add(
        "a signature of zeros (CVE-2022-21449)",
        part("{\"alg\":\"ES256\",\"kid\":\"%s\"}".formatted(curve.getKeyID()))
            + "."
            + payload()
            + "."
            + zeros);
  }

  private void signedWithWhatIsPublic() throws JOSEException {
    byte[] der = key.toPublicKey().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n";
    add("HS256 with the public key", mac(der, key.getKeyID()));
    add("HS256 with the public key as PEM", mac(bytes(pem), key.getKeyID()));
    add("HS256 with the modulus", mac(key.getModulus().decode(), key.getKeyID()));
    add("HS256 with the published JSON", mac(bytes(key.toPublicJWK().toJSONString()), "rsa-1"));
    add("HS256 with a kid that is a path", mac(new byte[32], "../../../../../../dev/null"));
  }

  private void ofAnotherKey() {
    add("another's key under the name of ours", foreign(header().build()));
    for (String id :
        List.of(
            "nobody-has-it",
            "../../../../../../etc/passwd",
            "' OR '1'='1",
            "http://127.0.0.1/jwks",
            "rsa-1\u0000",
            "x".repeat(300))) {
      add("kid " + (id.length() > 50 ? "too long" : id), foreign(header().keyID(id).build()));
    }
    add("another's key and no kid", foreign(header().keyID(null).build()));
    add("the key in the header (jwk)", foreign(header().jwk(foreign.toPublicJWK()).build()));
    add(
        "the key in the header, under its own name",
        foreign(header().keyID("mine").jwk(foreign.toPublicJWK()).build()));
    URI elsewhere = URI.create(issuer.name() + "/not-the-keys");
    add("keys elsewhere (jku)", foreign(header().jwkURL(elsewhere).build()));
    add("keys elsewhere, under a new name", foreign(header().keyID("y").jwkURL(elsewhere).build()));
    add("a certificate elsewhere (x5u)", foreign(header().x509CertURL(elsewhere).build()));
    ECKey curve = (ECKey) issuer.keys().getLast();
    add(
        "the name of the RSA key, signed with the EC key",
        TokenIssuer.sign(
            TokenIssuer.header(JWSAlgorithm.ES256, curve).keyID(key.getKeyID()).build(),
            curve,
            claims));
    add(
        "an algorithm that is not pinned",
        TokenIssuer.sign(TokenIssuer.header(JWSAlgorithm.PS512, key).build(), key, claims));
  }

  private void edited() {
    String[] parts = good().split("\\.", -1);
    String other = part(claims.toString().replace("ada", "eve"));
    add("an edited payload", parts[0] + "." + other + "." + parts[2]);
    add(
        "an edited header",
        part("{\"alg\":\"RS512\",\"kid\":\"%s\"}".formatted(key.getKeyID()))
            + "."
            + parts[1]
            + "."
            + parts[2]);
    char first = parts[2].charAt(0);
    add(
        "an edited signature",
        parts[0] + "." + parts[1] + "." + (first == 'A' ? 'B' : 'A') + parts[2].substring(1));
    add("a payload that is no JSON", parts[0] + "." + part("ada") + "." + parts[2]);
    add("a payload without an end", parts[0] + "." + part("{\"a\":".repeat(900)) + "." + parts[2]);
    add("a header without an end", part("[".repeat(5000)) + "." + parts[1] + "." + parts[2]);
    add("parts of nothing", "..");
    add("parts of no base64", "{}.{}.{}");
    add("far too long", parts[0] + "." + "A".repeat(12_000) + "." + parts[2]);
  }

  /** Signed by the issuer, and not good for us now. */
  private void claiming() {
    Instant now = Instant.now();
    claim("another issuer", builder().issuer("https://issuer.example"));
    claim("an issuer that begins like ours", builder().issuer(issuer.name() + "/"));
    claim("no issuer", builder().issuer(null));
    claim("another audience", builder().audience("another-api"));
    claim("no audience", builder().audience((String) null));
    claim("expired", builder().expirationTime(Date.from(now.minusSeconds(120))));
    claim("no end", builder().expirationTime(null));
    claim("not yet in force", builder().notBeforeTime(Date.from(now.plusSeconds(600))));
    claim("no user", builder().subject(null));
    claim("a user of nothing", builder().subject("  "));
    claim("a user with a control character", builder().subject("ada\nadmin"));
    claim("a user too long", builder().subject("a".repeat(257)));
    claim("a user that is a list", builder().claim("sub", List.of("ada")));
  }

  private void typed() {
    for (String type : List.of("logout+jwt", "secevent+jwt", "dpop+jwt", "JOSE")) {
      add(
          "type " + type,
          TokenIssuer.sign(header().type(new JOSEObjectType(type)).build(), key, claims));
    }
    add(
        "a critical header",
        TokenIssuer.sign(
            header().criticalParams(Set.of("x-mine")).customParam("x-mine", 1).build(),
            key,
            claims));
    add(
        "a payload that is not encoded (b64)",
        TokenIssuer.sign(
            header().base64URLEncodePayload(true).criticalParams(Set.of("b64")).build(),
            key,
            claims));
  }

  private void claim(String wrong, JWTClaimsSet.Builder changed) {
    add(wrong, TokenIssuer.sign(header().build(), key, changed.build()));
  }

  private JWTClaimsSet.Builder builder() {
    return new JWTClaimsSet.Builder(claims);
  }

  private JWSHeader.Builder header() {
    return TokenIssuer.header(JWSAlgorithm.RS256, key);
  }

  private String foreign(JWSHeader header) {
    return TokenIssuer.sign(header, foreign, claims);
  }

  private String good() {
    return TokenIssuer.sign(header().build(), key, claims);
  }

  private String mac(byte[] secret, String keyId) throws JOSEException {
    var token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).keyID(keyId).build(),
            claims);
    token.sign(new MACSigner(secret));
    return token.serialize();
  }

  private String payload() {
    return part(claims.toString());
  }

  private static String part(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(json));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void add(String wrong, String token) {
    tokens.put(wrong, token);
  }
}
