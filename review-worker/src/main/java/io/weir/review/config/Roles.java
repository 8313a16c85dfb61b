package io.weir.review.config;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.review.pipeline.JobType;
import io.weir.review.pipeline.Role;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;

/** The roles in which the model is asked, one for each type of job. Immutable. */
public final class Roles {
  private final Map<JobType, Role> byType;

  private Roles(Map<JobType, Role> byType) {
    this.byType = new EnumMap<>(byType);
  }

  /**
   * Reads the shipped roles, one YAML file each.
   *
   * @throws IllegalStateException when one is missing or broken, which a test would have told
   */
  public static Roles shipped() {
    ObjectMapper yaml =
        YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
    var roles = new EnumMap<JobType, Role>(JobType.class);
    for (JobType type : JobType.values()) {
      String name = "/io/weir/review/prompts/" + type.role() + ".yaml";
      try (InputStream in = Roles.class.getResourceAsStream(name)) {
        if (in == null) {
          throw new IllegalStateException("the prompt " + name + " is not in the jar");
        }
        roles.put(type, yaml.readValue(in, Role.class));
      } catch (IOException e) {
        throw new IllegalStateException(
            "the prompt " + name + " can't be read: " + e.getMessage(), e);
      }
    }
    return new Roles(roles);
  }

  public Role of(JobType type) {
    Role role = byType.get(type);
    if (role == null) {
      throw new IllegalStateException("no role for " + type);
    }
    return role;
  }
}
