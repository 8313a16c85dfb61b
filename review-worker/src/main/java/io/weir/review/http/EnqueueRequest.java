package io.weir.review.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import io.weir.messaging.secret.Redaction;
import io.weir.platform.http.Fields;
import io.weir.platform.http.JsonRedaction;
import io.weir.platform.http.Problem;
import io.weir.platform.http.ProblemException;
import io.weir.review.pipeline.Finding;
import io.weir.review.pipeline.JobType;
import io.weir.review.pipeline.Language;
import io.weir.review.pipeline.SecretFindings;
import io.weir.review.pipeline.Submission;
import io.weir.review.store.JobPriority;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A valid request for a job, its secrets already masked: there is no way to get at the unmasked
 * texts behind it.
 *
 * @param secrets what was masked in the file and the log
 */
record EnqueueRequest(
    String userId,
    JobType type,
    JobPriority priority,
    String filePath,
    String content,
    Optional<Language> language,
    String repoId,
    String errorLog,
    ObjectNode metadata,
    List<Finding> secrets) {
  /** User and password in the address of a repository. */
  private static final Pattern CREDENTIALS = Pattern.compile("//[^/\\s]*@");

  private static final int LONGEST_NAME = 128;
  private static final int LONGEST_PATH = 1_024;
  private static final int LONGEST_METADATA = 16 * 1024;
  private static final String LOG = Submission.ERROR_LOG;

  EnqueueRequest {
    secrets = List.copyOf(secrets);
  }

  /**
   * Reads, validates and redacts a request's body.
   *
   * @param maxContent most bytes of UTF-8 of the file and of the log
   * @throws ProblemException 400 with every field at fault, 413 when the file or the log is too
   *     long
   */
  static EnqueueRequest of(ObjectNode body, int maxContent) {
    refuseTooLong(body, "file_content", maxContent);
    refuseTooLong(body, LOG, maxContent);
    return Fields.read(body, fields -> read(fields, maxContent));
  }

  private static EnqueueRequest read(Fields fields, int maxContent) {
    String userId = fields.identifier("user_id", LONGEST_NAME);
    JobType type = fields.choice("job_type", JobType.class);
    JobPriority priority = fields.choice("priority", JobPriority.class, JobPriority.NORMAL);
    String path = fields.optionalText("file_path", LONGEST_PATH).orElse("");
    String content = fields.optionalText("file_content", maxContent).orElse("");
    String log = fields.optionalText(LOG, maxContent).orElse("");
    if (type == JobType.DEBUG && content.isBlank() && log.isBlank()) {
      fields.error(LOG, "required for a debug job, or file_content");
    } else if (type != JobType.DEBUG && content.isBlank()) {
      fields.error("file_content", "required for a " + type.wireName() + " job");
    }
    Optional<Language> language = language(fields, path, content);
    ObjectNode metadata = fields.object("metadata").orElseGet(JsonNodeFactory.instance::objectNode);
    if (metadata.toString().length() > LONGEST_METADATA) {
      fields.error("metadata", "at most " + LONGEST_METADATA + " characters of JSON");
    }
    String repoId = fields.optionalText("repo_id", LONGEST_NAME).orElse("");

    String file = path.isBlank() ? unnamed(language) : Redaction.of(path).text();
    Redaction code = Redaction.of(content);
    Redaction cleanLog = Redaction.of(log);
    var secrets = new ArrayList<>(SecretFindings.of(code, file));
    secrets.addAll(SecretFindings.of(cleanLog, LOG));
    return new EnqueueRequest(
        userId,
        type,
        priority,
        file,
        code.text(),
        language,
        Redaction.of(CREDENTIALS.matcher(repoId).replaceAll("//")).text(),
        cleanLog.text(),
        JsonRedaction.of(metadata).tree(),
        secrets);
  }

  private static Optional<Language> language(Fields fields, String path, String content) {
    Optional<String> named = fields.optionalText("language", LONGEST_NAME);
    if (named.isPresent()) {
      Optional<Language> language = Language.parse(named.get());
      if (language.isEmpty()) {
        fields.error("language", "wanted is one of " + Language.allowed());
      }
      return language;
    }
    Optional<Language> language = Language.ofPath(path);
    if (language.isEmpty() && !content.isBlank()) {
      fields.error(
          "language", "required, as file_path does not tell it: one of " + Language.allowed());
    }
    return language;
  }

  private static void refuseTooLong(ObjectNode body, String field, int maxBytes) {
    int length = body.path(field).asText("").getBytes(StandardCharsets.UTF_8).length;
    if (length > maxBytes) {
      throw new ProblemException(
          Problem.of(
              413,
              "Content too large",
              "%s has %d bytes, the longest that is reviewed is %d"
                  .formatted(field, length, maxBytes)));
    }
  }

  private static String unnamed(Optional<Language> language) {
    return language.map(known -> "unnamed." + known.endingFor("")).orElse("unnamed");
  }
}
