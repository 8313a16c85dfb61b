package io.weir.messaging.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.secret.FoundSecret.Certainty;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretScannerTest {
  private static final String PROSE =
      "The ferry leaves at seven forty from pier three, every day but Sunday. ";

  // Written in two halves, so that no scanner of this repository takes an invented key for a real
  // one.
  @ParameterizedTest
  @CsvSource({
    "aws-access-key-id, AKIA, Q3EGRTU7WXYZ2345",
    "github-token, ghp_, a8Kd02mZq1Lx93Vb7Nc5Ty6Re4Wq2Po1Iu8Y",
    "github-token, github_pat_, 11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789",
    "openai-key, sk-, proj-Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXyZ4aB7",
    "openai-key, sk-, T3BlbkFJq8Wm2Zx9Lp4Rt6Yv1Nc3Kd",
    "anthropic-key, sk-ant-, api03-Zx9Lp4Rt6Yv1Nc3Kd8Wm2Qa7Se5Df0Gh",
    "google-api-key, AIza, SyD3x9Lp4Rt6Yv1Nc3Kd8Wm2Qa7Se5Df0Gh",
    "slack-token, xoxb-, 123456789012-AbCdEfGhIjKlMnOp",
    "stripe-key, sk_live_, 4eC39HqLyjWDarjtT1zdp7dc",
    "npm-token, npm_, a8Kd02mZq1Lx93Vb7Nc5Ty6Re4Wq2Po1Iu8Y",
    "gitlab-token, glpat-, x9Lp4Rt6Yv1Nc3Kd8Wm2",
    "jwt, eyJhbGciOiJIUzI1NiJ9., eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    "sendgrid-key, SG., ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf09kqeF8tAmbihYzrnopKc1s5cr3a",
  })
  void a_key_in_its_providers_format_is_found_wherever_it_stands(
      String rule, String prefix, String rest) {
    String key = prefix + rest;
    for (String text :
        List.of("x = \"" + key + "\"", "curl -H 'X: " + key + "' host", "# " + key + "\n", key)) {
      List<FoundSecret> found = SecretScanner.scan(text);
      assertEquals(1, found.size(), text);
      assertEquals(rule, found.getFirst().rule());
      assertEquals(text.indexOf(key), found.getFirst().start());
      assertEquals(text.indexOf(key) + key.length(), found.getFirst().end());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "API_KEY = \"9f8e7d6c5b4a-prod\"",
        "SECRET='s3cr3t-value-77'",
        "password = 'hunter2'",
        "PASSWORD = \"Tr0ub4dor&3\"",
        "const dbPassword: string = 'Tr0ub4dor&3';",
        "private static final String AUTH_TOKEN = \"zq81-kk27-pl09\";",
        "let token: String = \"tok_51xyz98\"",
        "var password string = \"Tr0ub4dor&3\"",
        "secret := \"s3cr3t-value-77\"",
        "#define PASSWORD \"Tr0ub4dor&3\"",
        "os.environ[\"API_KEY\"] = \"9f8e7d6c5b4a-prod\"",
        "{\"client_secret\": \"9f8e7d6c5b4a-prod\"}",
        "connect(user='bob', password='Tr0ub4dor&3')",
        "config.setPassword(\"Tr0ub4dor&3\");",
        "define('API_KEY', '9f8e7d6c5b4a');",
        "if password == \"Tr0ub4dor&3\":",
        "DB_PASSWORD=hunter2!",
        "export GITHUB_TOKEN=9f8e7d6c5b4a",
        "login failed: password=Tr0ub4dor&3 for bob",
        "$password = `Tr0ub4dor-3`;",
        "PRIVATE_KEY = b'9f8e7d6c5b4a'",
        "url = 'postgres://app:Tr0ub4dor-3@db/app'",
        "SECRET_KEY = \"mysupersecretvalue\"",
        "headers = {'Authorization': 'Bearer Zx9Lp4Rt6Yv1Nc3Kd8Wm2Qa7Se5Df0Gh'}",
        "seed = \"Zx9Lp4Rt6Yv1Nc3Kd8Wm2Qa7Se5Df0GhJkUi\"",
      })
  void a_literal_that_is_given_to_a_secret_name_or_looks_random_is_found(String line) {
    assertEquals(1, SecretScanner.scan(line).size(), line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "API_KEY = \"your-api-key-here\"",
        "API_KEY = \"YOUR_API_KEY\"",
        "API_KEY = \"<api key>\"",
        "API_KEY = \"xxxxxxxxxxxxxxxx\"",
        "API_KEY = \"sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx\"",
        "API_KEY = os.environ[\"API_KEY\"]",
        "API_KEY = os.getenv('SERVICE_API_KEY')",
        "password = \"${DB_PASSWORD}\"",
        "password = \"{{ vault.password }}\"",
        "password = getPassword()",
        "password = self.password",
        "password=config2.value",
        "token = tokens[i1]",
        "password: string",
        "password = \"changeme\"",
        "password = \"\"",
        "password = None",
        "token = \"token\"",
        "TOKEN_NAME = \"GITHUB_TOKEN\"",
        "token_type = \"bearer\"",
        "password_field = \"user-password-1\"",
        "TOKEN_URL = \"https://auth.test/oauth2/token\"",
        "header = \"X-Api-Key\"",
        "secret = \"example-secret-1234\"",
        "password = \"Please type your password\"",
        "PASSWORD=********",
        "sha256 = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"",
        "alphabet = \"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\"",
        "path = \"src/main/java/io/weir/review/pipeline/SecretScanner2\"",
        "max_tokens = 2048",
        "return tokenizer.decode(tokens, skip_special_tokens=True)",
        "# rotate the API key every month",
      })
  void a_placeholder_a_reference_or_ordinary_code_is_no_secret(String line) {
    assertEquals(List.of(), SecretScanner.scan(line), line);
  }

  @Test
  void a_private_key_is_masked_between_its_markers_and_the_literal_around_it_survives() {
    String key =
        """
        KEY = ("-----BEGIN RSA PRIVATE KEY-----\\n"
               "MIIEowIBAAKCAQEAx7Lk9mPq\\n"
               "Qw8rT5vY==\\n"
               "-----END RSA PRIVATE KEY-----\\n")
        """;

    Redaction redacted = Redaction.of(key);

    assertEquals(1, redacted.secrets().size());
    assertEquals("private-key", redacted.secrets().getFirst().rule());
    assertFalse(redacted.text().contains("MIIEow"));
    assertFalse(redacted.text().contains("Qw8rT5vY"));
    assertTrue(redacted.text().contains("\"************************\\n\""), redacted.text());
    assertTrue(redacted.text().contains("-----END RSA PRIVATE KEY-----\\n\")"));
  }

  @Test
  void a_private_key_that_is_cut_off_is_masked_to_the_end() {
    Redaction redacted =
        Redaction.of("-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEAx7Lk9mPq\nabcdef0123");
    assertFalse(redacted.text().contains("abcdef0123"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        if not pem.startswith("-----BEGIN PRIVATE KEY-----"):
            raise ValueError('not a private key')
        result = eval(pem)
        """,
        """
        static final String BEGIN_MARKER = "-----BEGIN PRIVATE KEY-----";
        private static final String THE_MARKER_AT_THE_END = "-----END PRIVATE KEY-----";
        """,
        "// -----BEGIN PRIVATE KEY-----\nfunction run(userInput) {\n  return eval(userInput);\n}\n",
      })
  void code_that_names_a_marker_is_no_key(String code) {
    assertEquals(List.of(), SecretScanner.scan(code));
  }

  @Test
  void what_follows_a_key_that_is_cut_off_stays() {
    String code = "\nresult = eval(pem)\nexecute(result, with_all_of_its_arguments)\n";
    String masked =
        Redaction.of("-----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEAx7Lk9mPq\nabcdef0123" + code)
            .text();
    assertTrue(masked.endsWith("\n**********" + code), masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF\n\n",
        "\nVersion: GnuPG v2.0.22 (GNU/Linux)\nComment: of a long name with many words in it\n\n",
        "\\nProc-Type: 4,ENCRYPTED\\nDEK-Info: AES-128-CBC,0123456789ABCDEF\\n\\n",
        " ",
        " Proc-Type: 4,ENCRYPTED DEK-Info: AES-128-CBC,0123456789ABCDEF ",
        "\rProc-Type: 4,ENCRYPTED\rDEK-Info: AES-128-CBC,0123456789ABCDEF\r\r",
        "\" + \"Proc-Type: 4,ENCRYPTED\" + \"",
        " Version: GnuPG v2  ",
      })
  void headers_of_a_key_are_none_of_it(String headers) {
    String line = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj";
    for (String end : new String[] {"\n", "-----END RSA PRIVATE KEY-----\n"}) {
      String masked = Redaction.of("-----BEGIN RSA PRIVATE KEY-----" + headers + line + end).text();
      assertFalse(masked.contains("MIIEvg"), masked);
    }
  }

  @Test
  void a_key_of_short_lines_that_is_cut_off_is_masked() {
    String masked =
        Redaction.of(
                "-----BEGIN PRIVATE KEY-----\nMIIEvgIBAD4N\nBgkqhkiG9w0B\nAQEFAASCBK8w\nf(x)\n")
            .text();
    assertFalse(masked.contains("BgkqhkiG9w0B"), masked);
    assertTrue(masked.endsWith("f(x)\n"), masked);
  }

  @Test
  void comments_amid_a_key_of_narrow_lines_do_not_hide_it() {
    String masked =
        Redaction.of(
                "-----BEGIN PRIVATE KEY-----\n"
                    + "MIIEvgIBADANBg9q // the first line of the staging system's key\n".repeat(4)
                    + "-----END PRIVATE KEY-----\n")
            .text();
    assertFalse(masked.contains("MIIEvg"), masked);
  }

  @Test
  void a_comment_before_or_amid_a_key_does_not_hide_it() {
    String line = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj";
    String key =
        """
        KEY = "-----BEGIN PRIVATE KEY-----\\n" // made by the tool that sets up the staging system
            + "%1$s\\n"
            // and then there is another line, whoever may have cut it here
            + "%1$s\\n"
            + "Qw8rT5vY3x==\\n"
        """
            .formatted(line);
    for (String end : new String[] {"", "    + \"-----END PRIVATE KEY-----\\n\";\n", "f(x);\n"}) {
      String masked = Redaction.of(key + end).text();
      assertFalse(masked.contains("MIIEvg"), masked);
      assertFalse(masked.contains("Qw8rT5vY3x"), masked);
    }
    assertTrue(Redaction.of(key + "f(x);\n").text().contains("made by the tool"));
  }

  @Test
  void a_key_of_short_lines_is_one() {
    String key =
        "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIO\nx7Lk9mPq2Z\nQw8rT5vY==\n-----END EC PRIVATE KEY-----\n";
    assertFalse(Redaction.of(key).text().contains("x7Lk9mPq2Z"));
  }

  @Test
  void a_public_key_is_no_secret() {
    assertEquals(
        List.of(),
        SecretScanner.scan("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\n-----END PUBLIC KEY-----\n"));
  }

  /**
   * Its time grows as the text does, and is not far from that of harmless text: not by the clock,
   * since machines differ and may be busy.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "API_KEY=\"",
        "a='b\"",
        "password ",
        "password=",
        "password=\"abcd1234\" ",
        "token: ",
        "Zx9Lp4Rt6Y",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN ",
        "PuTTY-User-Key-File-",
        "eyJ",
        "-eyJ",
        "eyJa.eyJ",
        "sk-",
        "://a:",
        "curl -u ",
        "mysql -p",
        "secret=(",
        "password\\\"=\\\"",
        "😀é",
        "\"\\"
      })
  void hostile_text_at_the_size_limit_is_scanned_in_no_time(String piece) {
    long whole = quickest(repeated(piece, 50_000));
    long quarter = quickest(repeated(piece, 12_500));
    long harmless = quickest(repeated(PROSE, 50_000));
    var seen = "%s: %d ns, a quarter %d, harmless %d".formatted(piece, whole, quarter, harmless);
    assertTrue(whole < 8 * quarter, seen);
    assertTrue(whole < 12 * harmless, seen);
  }

  private static String repeated(String piece, int length) {
    return piece.repeat(length / piece.length());
  }

  /** Nanoseconds of processor time of the quickest of six runs. */
  private static long quickest(String text) {
    var threads = ManagementFactory.getThreadMXBean();
    long best = Long.MAX_VALUE;
    for (int run = 0; run < 6; run++) {
      long begun = threads.getCurrentThreadCpuTime();
      Redaction.of(text);
      best = Math.min(best, threads.getCurrentThreadCpuTime() - begun);
    }
    return best;
  }

  @Test
  void a_right_checksum_is_told_from_a_mere_format() {
    String body = "a8Kd02mZq1Lx93Vb7Nc5Ty6Re4Wq2P";
    String key = "ghp_" + body + Checksums.crc(body);
    assertEquals(Certainty.VERIFIED, SecretScanner.scan(key).getFirst().certainty());
    String wrong = key.substring(0, key.length() - 1) + (key.endsWith("0") ? '1' : '0');
    assertEquals(Certainty.FORMAT, SecretScanner.scan(wrong).getFirst().certainty());
  }

  @Test
  void every_form_of_the_table_is_possessive_so_that_it_never_goes_back() {
    for (KeyFormat format : KeyFormatTable.FORMATS) {
      String pattern = format.pattern().pattern();
      assertFalse(pattern.contains("*"), pattern);
    }
  }
}
