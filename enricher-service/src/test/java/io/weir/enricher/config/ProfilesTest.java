package io.weir.enricher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.enricher.pipeline.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfilesTest {
  private static final String YAML =
      """
      name: code
      version: 1
      system: You know code bases.
      task: Collect the context.
      max_tokens: 900
      temperature: 0.2
      documents: 10
      passage_tokens: 600
      holiday_days: 1
      """;

  @TempDir Path folder;

  @Test
  void the_campaign_profile_is_built_in() {
    Profile campaign = profile(Profiles.load(Optional.empty()), "campaign");
    assertEquals(1500, campaign.maxTokens());
    assertEquals(0.7, campaign.temperature());
    assertEquals(90, campaign.holidayDays());
  }

  @Test
  void a_folder_adds_profiles_and_wins_over_the_built_in_ones() throws IOException {
    Files.writeString(folder.resolve("code.yaml"), YAML);
    Files.writeString(
        folder.resolve("campaign.yaml"), YAML.replace("name: code", "name: campaign"));
    Profiles profiles = Profiles.load(Optional.of(folder));
    assertEquals(Set.of("campaign", "code"), profiles.current().keySet());
    assertEquals(900, profile(profiles, "campaign").maxTokens());
  }

  @Test
  void a_changed_file_is_read_again_and_a_broken_one_changes_nothing() throws IOException {
    Path file = folder.resolve("code.yaml");
    Files.writeString(file, YAML);
    Profiles profiles = Profiles.load(Optional.of(folder));
    Files.writeString(file, YAML.replace("900", "1200"));
    assertEquals(1200, profile(profiles, "code").maxTokens());
    Files.writeString(file, "name: [");
    assertEquals(1200, profile(profiles, "code").maxTokens());
    Files.writeString(file, YAML.replace("900", "10000"));
    assertEquals(10000, profile(profiles, "code").maxTokens());
  }

  @ParameterizedTest
  @CsvSource({
    "max_tokens: 900, max_tokens: 0, max_tokens must be from 1",
    "task: Collect the context., tsk: x, 'task'",
    "temperature: 0.2, '', temperature",
    "system: You know code bases., 'system: \"\"', system is required",
  })
  void a_wrong_file_is_refused_with_its_name_and_the_entry(
      String line, String replacement, String named) throws IOException {
    Files.writeString(folder.resolve("code.yaml"), YAML.replace(line, replacement));
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> Profiles.load(Optional.of(folder)))
                .getMessage());
    assertTrue(message.contains("code.yaml") && message.contains(named), message);
  }

  @Test
  void a_missing_folder_is_said_plainly() {
    Path missing = folder.resolve("nowhere");
    assertThrows(IllegalArgumentException.class, () -> Profiles.load(Optional.of(missing)));
  }

  private static Profile profile(Profiles profiles, String name) {
    Profile profile = profiles.current().get(name);
    if (profile == null) {
      throw new AssertionError("no profile " + name);
    }
    return profile;
  }
}
