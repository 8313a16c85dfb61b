package io.weir.enricher.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.weir.enricher.pipeline.Profile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profiles by name: the built-in ones and those of a folder's {@code *.yaml} files, which win.
 * A changed folder is read again when it is next asked for; if a file has become wrong, the
 * profiles stay as they were and the log says why. Thread-safe.
 */
public final class Profiles {
  private static final List<String> BUILT_IN = List.of("campaign");
  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private final Logger log = LoggerFactory.getLogger(Profiles.class);
  private final Optional<Path> folder;
  private volatile Loaded loaded;

  // The stamp is of the files as they were read, or refused.
  private record Loaded(String stamp, Map<String, Profile> profiles) {}

  private Profiles(Optional<Path> folder) {
    this.folder = folder;
    String stamp = stamp();
    this.loaded = new Loaded(stamp, read());
  }

  /**
   * Reads all profiles.
   *
   * @param folder where further profiles are; empty for the built-in ones alone
   * @throws IllegalArgumentException naming the file and what is wrong with it
   */
  public static Profiles load(Optional<Path> folder) {
    return new Profiles(folder);
  }

  /** The profiles as they are now. */
  public Map<String, Profile> current() {
    if (folder.isPresent()) {
      reloadIfChanged();
    }
    return loaded.profiles();
  }

  private void reloadIfChanged() {
    Loaded before = loaded;
    try {
      String stamp = stamp();
      if (stamp.equals(before.stamp())) {
        return;
      }
      // Set first: a wrong file is complained about once, not at every request.
      loaded = new Loaded(stamp, before.profiles());
      Map<String, Profile> read = read();
      loaded = new Loaded(stamp, read);
      log.atInfo().addKeyValue("profiles", read.keySet()).log("profiles reloaded");
    } catch (IllegalArgumentException | UncheckedIOException e) {
      log.atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("profiles not reloaded, the old ones stay");
    }
  }

  private Map<String, Profile> read() {
    var profiles = new TreeMap<String, Profile>();
    for (String name : BUILT_IN) {
      String resource = "/profiles/" + name + ".yaml";
      try (InputStream file = Profiles.class.getResourceAsStream(resource)) {
        if (file == null) {
          throw new IllegalStateException("the jar lacks " + resource);
        }
        profiles.put(name, parse(resource, file.readAllBytes()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    for (Path file : files()) {
      try {
        Profile profile = parse(file.toString(), Files.readAllBytes(file));
        profiles.put(profile.name(), profile);
      } catch (IOException e) {
        throw new IllegalArgumentException("profile " + file + ": not readable: " + e, e);
      }
    }
    return Map.copyOf(profiles);
  }

  private static Profile parse(String file, byte[] yaml) {
    try {
      return YAML.readValue(yaml, Profile.class);
    } catch (JsonProcessingException e) {
      String reason =
          e.getCause() instanceof IllegalArgumentException cause
              ? cause.getMessage()
              : firstPart(e.getOriginalMessage());
      throw new IllegalArgumentException("profile " + file + ": " + reason, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // What follows the first part is advice to programmers.
  private static String firstPart(String message) {
    int end = message.indexOf(';');
    return end < 0 ? message : message.substring(0, end);
  }

  private List<Path> files() {
    if (folder.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder.get())) {
      return entries.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalArgumentException("no folder of profiles at " + folder.get(), e);
    }
  }

  private String stamp() {
    var stamp = new ArrayList<String>();
    for (Path file : files()) {
      try {
        stamp.add(file + " " + Files.getLastModifiedTime(file).toMillis() + " " + Files.size(file));
      } catch (IOException e) {
        stamp.add(file + " gone");
      }
    }
    return String.join("\n", stamp);
  }
}
