package io.weir.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.weir.proto.v1.OptionsProto;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks messages against the rules of their {@code .proto} files: {@code (weir.v1.required)} and
 * {@code (weir.v1.max_bytes)}, in nested messages too. Thread-safe.
 */
public final class Contracts {
  /** Bytes of UTF-8 that one {@code char} has at most. */
  private static final int MOST_BYTES = 3;

  /** Read from the descriptors once: every message is checked when it is sent and when it comes. */
  private static final Map<Descriptor, Rules> RULES = new ConcurrentHashMap<>();

  /**
   * What the {@code .proto} file says of one kind of message.
   *
   * @param nested the fields that hold messages, whose own rules count as well
   */
  private record Rules(List<Rule> rules, List<FieldDescriptor> nested) {}

  /**
   * @param most bytes; 0 for no limit
   */
  private record Rule(FieldDescriptor field, boolean required, int most) {}

  private Contracts() {}

  /**
   * Every rule that {@code message} breaks, as {@code field: what is wrong}; empty when it keeps
   * them all.
   */
  public static List<String> violations(Message message) {
    var found = new ArrayList<String>();
    collect(message, "", found);
    return List.copyOf(found);
  }

  private static void collect(Message message, String prefix, List<String> found) {
    Rules rules = RULES.computeIfAbsent(message.getDescriptorForType(), Contracts::read);
    for (Rule rule : rules.rules()) {
      FieldDescriptor field = rule.field();
      if (rule.required() && isUnset(message, field)) {
        found.add(prefix + field.getName() + ": required");
      }
      if (rule.most() > 0 && isLonger(message.getField(field), rule.most())) {
        found.add(prefix + field.getName() + ": longer than " + rule.most() + " bytes");
      }
    }
    for (FieldDescriptor field : rules.nested()) {
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          collect(
              (Message) message.getRepeatedField(field, i),
              prefix + field.getName() + "[" + i + "].",
              found);
        }
      } else if (message.hasField(field)) {
        collect((Message) message.getField(field), prefix + field.getName() + ".", found);
      }
    }
  }

  private static Rules read(Descriptor type) {
    return new Rules(
        type.getFields().stream()
            .map(Contracts::rule)
            .filter(rule -> rule.required() || rule.most() > 0)
            .toList(),
        type.getFields().stream()
            .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
            .filter(field -> !field.isMapField())
            .sorted(Comparator.comparingInt(FieldDescriptor::getNumber))
            .toList());
  }

  private static Rule rule(FieldDescriptor field) {
    return new Rule(
        field,
        field.getOptions().getExtension(OptionsProto.required),
        field.isRepeated() ? 0 : field.getOptions().getExtension(OptionsProto.maxBytes));
  }

  /** What proto3 can't tell from absent is: empty strings, zeroes, empty lists. */
  private static boolean isUnset(Message message, FieldDescriptor field) {
    return field.isRepeated()
        ? message.getRepeatedFieldCount(field) == 0
        : !message.hasField(field);
  }

  private static boolean isLonger(Object value, int most) {
    return switch (value) {
      case String text ->
          text.length() > most / MOST_BYTES && text.getBytes(StandardCharsets.UTF_8).length > most;
      case ByteString bytes -> bytes.size() > most;
      default -> false;
    };
  }
}
