package io.weir.review.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.usage.Prices;
import io.weir.review.pipeline.JobType;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RolesTest {
  @Test
  void each_type_of_job_has_its_role() {
    for (JobType type : JobType.values()) {
      assertEquals(type.role(), Roles.shipped().of(type).name());
      assertTrue(Roles.shipped().of(type).version() >= 1);
    }
  }

  @Test
  void the_defaults_are_as_documented() {
    ReviewSettings settings = WorkerConfig.read(SettingsReader.of(Map.of())).review();
    assertEquals(5, settings.maxConcurrent());
    assertEquals(51_200, settings.maxContent());
    assertEquals(Duration.ofSeconds(10), settings.linters().timeOut());
    assertEquals(
        new ReviewSettings.Model(2048, Optional.of(0.7), new Prices(3_000, 15_000)),
        settings.model());
  }

  @Test
  void a_model_that_takes_no_temperature_gets_none() {
    var reader = SettingsReader.of(Map.of("REVIEW_TEMPERATURE", "none"));
    assertEquals(Optional.empty(), ReviewSettings.read(reader).model().temperature());
    reader.check();
  }
}
