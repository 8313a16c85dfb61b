package io.weir.gateway.completion;

import io.weir.gateway.completion.Completions.Cached;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.CacheUse;
import io.weir.gateway.pipeline.CacheableAnswer;
import io.weir.gateway.pipeline.CanonicalRequest;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import io.weir.gateway.usage.CallRecorder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Completions, from the cache where the caller wants that: the same question of the same user is
 * bought once. A hit costs nothing and is in the ledger as {@code cached}. Thread-safe.
 */
public final class CachedCompletions {
  private final Completions completions;
  private final AnswerCache cache;
  private final CallRecorder recorder;
  private final Catalogue catalogue;

  /** Gets an answer that is not there yet. */
  @FunctionalInterface
  private interface Asking {
    Reply ask() throws InterruptedException;
  }

  public CachedCompletions(
      Completions completions, AnswerCache cache, CallRecorder recorder, Catalogue catalogue) {
    this.completions = completions;
    this.cache = cache;
    this.recorder = recorder;
    this.catalogue = catalogue;
  }

  /** As {@link Completions#complete}. */
  public Reply complete(ChatRequest request, Asker asker, CacheUse use)
      throws InterruptedException {
    return answered(
        asker,
        use,
        () -> "chat\n" + request.hints(),
        request::body,
        () -> completions.complete(request, asker));
  }

  /** As {@link Completions#completeDurable}. */
  public Reply completeDurable(ChatRequest request, Asker asker, String workId, CacheUse use)
      throws InterruptedException {
    return answered(
        asker,
        use,
        () -> "chat\n" + request.hints(),
        request::body,
        () -> completions.completeDurable(request, asker, workId));
  }

  /** As {@link Completions#embed}. */
  public Reply embed(EmbeddingsRequest request, Asker asker, CacheUse use)
      throws InterruptedException {
    return answered(
        asker, use, () -> "embeddings", request::body, () -> completions.embed(request, asker));
  }

  private Reply answered(
      Asker asker, CacheUse use, Supplier<String> kind, Supplier<byte[]> body, Asking asking)
      throws InterruptedException {
    if (use.isOff()) {
      return asking.ask();
    }
    String key = key(asker, use, kind.get(), body.get());
    // A hit is in the ledger, too: while nothing can be noted there is none.
    if (use.mode() == CacheUse.Mode.ON && recorder.refusal().isEmpty()) {
      Optional<Reply.Answered> hit = cache.get(key);
      if (hit.isPresent()) {
        recorder.cached(asker, hit.get().by());
        return hit.get();
      }
    }
    Reply reply = asking.ask();
    if (!(reply instanceof Reply.Answered answered)) {
      return reply;
    }
    if (catalogue.isModel(answered.by().provider())) {
      CacheableAnswer.of(answered.body())
          .ifPresent(
              stored -> cache.put(key, new Reply.Answered(stored, answered.by(), Cached.HIT)));
    }
    return new Reply.Answered(answered.body(), answered.by(), Cached.MISS);
  }

  /** Of one user only, and without a word of the question in it. */
  private static String key(Asker asker, CacheUse use, String kind, byte[] body) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      // Neither a user's name nor a header has a line break in it.
      String whose = asker.user() + "\n" + use.scope() + "\n" + kind + "\n";
      hash.update(whose.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash.digest(CanonicalRequest.of(body)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
