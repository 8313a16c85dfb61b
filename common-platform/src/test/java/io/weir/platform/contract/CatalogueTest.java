package io.weir.platform.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.jetstream.StreamSpec;
import io.weir.proto.v1.ReviewJob;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  @Test
  void noTwoStreamsShareASubjectAndNoneCapturesARequest() {
    record Owned(String owner, SubjectTemplate subject) {}
    var owned = new ArrayList<Owned>();
    for (StreamSpec stream : Streams.all()) {
      stream.subjects().forEach(subject -> owned.add(new Owned(stream.name(), subject)));
    }
    Subjects.requestReply().forEach(s -> owned.add(new Owned("request-reply " + s, s)));
    for (Owned a : owned) {
      for (Owned b : owned) {
        assertTrue(
            a.owner().equals(b.owner()) || !overlap(a.subject().wildcard(), b.subject().wildcard()),
            a + " overlaps " + b);
      }
    }
  }

  @Test
  void theOverlapCheckSeesOverlaps() {
    assertTrue(overlap("ai.llm.*", "ai.llm.chat"));
    assertTrue(overlap("*.b", "a.*"));
    assertFalse(overlap("a.b", "a.b.c"));
    assertFalse(overlap("a.*", "b.*"));
  }

  @Test
  void everySubjectIsInAStreamOrARequest() {
    Set<String> known =
        Stream.concat(
                Streams.all().stream().flatMap(stream -> stream.subjects().stream()),
                Subjects.requestReply().stream())
            .map(SubjectTemplate::template)
            .collect(Collectors.toSet());
    assertEquals(
        constants(Subjects.class, SubjectTemplate.class).stream()
            .map(SubjectTemplate::template)
            .collect(Collectors.toSet()),
        known);
  }

  @Test
  void allStreamsAreListedNamedOnceAndBounded() {
    assertEquals(Set.copyOf(constants(Streams.class, StreamSpec.class)), Set.copyOf(Streams.all()));
    assertEquals(
        Streams.all().size(), Streams.all().stream().map(StreamSpec::name).distinct().count());
    for (StreamSpec stream : Streams.all()) {
      assertTrue(stream.maxBytes() > 0, stream.name());
      assertTrue(
          stream.retention() == StreamSpec.Retention.WORK_QUEUE || stream.maxAge().isPositive(),
          stream.name());
      assertEquals(
          stream.retention() == StreamSpec.Retention.WORK_QUEUE,
          stream.whenFull() == StreamSpec.WhenFull.REFUSE_NEW,
          stream.name() + ": work is never dropped, events give way");
    }
  }

  @Test
  void aReviewJobGoesToItsPriorityAndNoOther() {
    assertEquals("review.jobs.high.debug", Subjects.reviewJob("high", "debug").name());
    assertEquals("review.jobs.low.review", Subjects.reviewJob("low", "review").name());
    assertThrows(IllegalArgumentException.class, () -> Subjects.reviewJob("urgent", "debug"));
    assertThrows(IllegalArgumentException.class, () -> Subjects.reviewJob("high", "a.b"));
  }

  @Test
  void codecsRefuseWhatBreaksTheContractBothWays() {
    var good = ReviewJob.newBuilder().setJobId("j").setUserId("u").setJobType("review").build();
    assertEquals(good, Codecs.REVIEW_JOB.decode(Codecs.REVIEW_JOB.encode(good), ""));
    var bad = good.toBuilder().clearUserId().build();
    assertThrows(InvalidMessageException.class, () -> Codecs.REVIEW_JOB.encode(bad));
    assertThrows(
        InvalidMessageException.class, () -> Codecs.REVIEW_JOB.decode(bad.toByteString(), ""));
    var byHand =
        ByteString.copyFromUtf8("{\"jobId\":\"j\",\"userId\":\"u\",\"jobType\":\"review\"}");
    assertEquals(good, Codecs.REVIEW_JOB.decode(byHand, "application/json"));
  }

  private static boolean overlap(String a, String b) {
    String[] left = a.split("\\.", -1);
    String[] right = b.split("\\.", -1);
    if (left.length != right.length) {
      return false;
    }
    for (int i = 0; i < left.length; i++) {
      if (!left[i].equals(right[i]) && !left[i].equals("*") && !right[i].equals("*")) {
        return false;
      }
    }
    return true;
  }

  private static <T> List<T> constants(Class<?> holder, Class<T> type) {
    return Stream.of(holder.getFields())
        .filter(field -> type.isAssignableFrom(field.getType()))
        .map(field -> type.cast(value(field)))
        .toList();
  }

  private static Object value(Field field) {
    try {
      return field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
