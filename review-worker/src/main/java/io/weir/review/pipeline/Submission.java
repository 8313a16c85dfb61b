package io.weir.review.pipeline;

import java.util.Optional;

/**
 * What is to be reviewed, after redaction.
 *
 * @param filePath as the submitter calls it; data, never a path of this machine
 * @param content the file; empty for a debug job that has only a log
 * @param errorLog empty when there is none
 */
public record Submission(
    JobType type, String filePath, String content, Optional<Language> language, String errorLog) {
  /** The file that findings in the log are in. */
  public static final String ERROR_LOG = "error_log";
}
