package io.weir.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.weir.proto.v1.OptionsProto;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Checks messages against the rules of their {@code .proto} files: {@code (weir.v1.required)} and
 * {@code (weir.v1.max_bytes)}, in nested messages too. Stateless.
 */
public final class Contracts {
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
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      String name = prefix + field.getName();
      if (field.getOptions().getExtension(OptionsProto.required) && isUnset(message, field)) {
        found.add(name + ": required");
      }
      int limit = field.getOptions().getExtension(OptionsProto.maxBytes);
      if (limit > 0 && !field.isRepeated() && length(message.getField(field)) > limit) {
        found.add(name + ": longer than " + limit + " bytes");
      }
    }
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE || field.isMapField()) {
        continue;
      }
      if (field.isRepeated()) {
        int index = 0;
        for (Object element : (List<?>) entry.getValue()) {
          collect((Message) element, prefix + field.getName() + "[" + index++ + "].", found);
        }
      } else {
        collect((Message) entry.getValue(), prefix + field.getName() + ".", found);
      }
    }
  }

  // getAllFields leaves out what proto3 can't tell from absent: empty strings, zeroes, empty lists.
  private static boolean isUnset(Message message, FieldDescriptor field) {
    return !message.getAllFields().containsKey(field);
  }

  private static int length(Object value) {
    return switch (value) {
      case String text -> text.getBytes(StandardCharsets.UTF_8).length;
      case ByteString bytes -> bytes.size();
      default -> 0;
    };
  }
}
