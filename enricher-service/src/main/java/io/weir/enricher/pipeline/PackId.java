package io.weir.enricher.pipeline;

import io.weir.proto.v1.Fact;
import io.weir.proto.v1.Passage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Names for content: equal content has an equal id, on every machine and every day. */
public final class PackId {
  private final MessageDigest digest;

  private PackId() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Of what is asked and of the version of the profile that answers: 64 hexadecimal digits. */
  public static String ofRequest(EnrichRequest request, Profile profile) {
    return new PackId().request(request, profile).hex();
  }

  /**
   * Of what is asked and of the versions of all items that the pack rests on: 64 hexadecimal
   * digits.
   */
  public static String ofPack(
      EnrichRequest request, Profile profile, List<Fact> facts, List<Passage> passages) {
    PackId id = new PackId().request(request, profile).number(facts.size());
    facts.forEach(fact -> id.text(fact.getId()).text(fact.getText()).text(fact.getSource()));
    id.number(passages.size());
    passages.forEach(
        passage ->
            id.text(passage.getSourceId())
                .number(passage.getSourceVersion())
                .text(passage.getField())
                .number(passage.getStart())
                .number(passage.getEnd()));
    return id.hex();
  }

  /** Of any texts in their order: 64 hexadecimal digits. */
  public static String ofTexts(List<String> texts) {
    return new PackId().texts(texts).hex();
  }

  private PackId request(EnrichRequest request, Profile profile) {
    return text(request.profile())
        .number(profile.version())
        .text(request.campaignId())
        .text(request.localeTag())
        .text(request.region())
        .text(request.audience())
        .number(request.ageMin())
        .number(request.ageMax())
        .text(request.interests())
        .texts(request.productNames())
        .texts(request.bannedWords())
        .texts(request.legalGuidelines())
        .text(request.attributes());
  }

  // Lengths go in before contents, so that ("ab", "c") and ("a", "bc") differ.
  private PackId text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    digest.update(bytes);
    return this;
  }

  private PackId texts(List<String> texts) {
    number(texts.size());
    texts.forEach(this::text);
    return this;
  }

  private PackId number(long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
    return this;
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
