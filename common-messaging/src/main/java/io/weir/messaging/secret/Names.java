package io.weir.messaging.secret;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a name says about the value that is given to it. */
final class Names {
  /** The kinds of names, by how much of a value they believe. */
  enum Kind {
    /** Nothing secret. */
    NONE,
    /** A person's choice: short words are secrets too. */
    PASSWORD,
    /** Made by a machine, most often: a token, a key, a secret. */
    SECRET,
    /** Perhaps a secret: the value itself must look like one. */
    WEAK
  }

  private static final int LONGEST = 80;

  private static final Set<String> PASSWORDS =
      Words.of(
          "password passwd pwd pass passphrase passcode pword psw pswd passw pw mdp senha"
              + " contrasena contraseña passwort");
  private static final List<String> PASSWORD_ENDS =
      List.of(
          "password",
          "passwd",
          "passphrase",
          "pwd",
          "passwort",
          "passcode",
          "dbpass",
          "userpass",
          "rootpass");
  private static final Set<String> SECRETS =
      Words.of(
          "secret token apikey accesskey secretkey privatekey authkey appkey authtoken accesstoken"
              + " bearer credential credentials creds cred jwt pat psk");
  private static final List<String> SECRET_ENDS =
      List.of(
          "token",
          "secret",
          "apikey",
          "secretkey",
          "accesskey",
          "privatekey",
          "authkey",
          "masterkey",
          "encryptionkey");
  private static final Set<String> KEY_QUALIFIERS =
      Words.of(
          "api access auth private secret signing sign encryption encrypt decryption master service"
              + " account shared crypto cipher aes hmac storage subscription jwt ssh deploy admin"
              + " webhook app application session security client account license licence consumer"
              + " user server cookie rsa datadog dd stripe twilio sendgrid mailgun openai anthropic"
              + " aws azure google maps firebase github gitlab algolia heroku secure base root root"
              + " rest");
  private static final Set<String> WEAK_WORDS =
      Words.of(
          "key auth authorization authentication salt signature sig cookie session seed mnemonic"
              + " hmac sas conn connection dsn");

  // password_field, TOKEN_URL, tokenType: the name says that the value is about a secret, not one.
  private static final Set<String> ABOUT =
      Words.of(
          """
          name names field fields type types url urls uri path paths header headers id ids file files filename label labels
          param params parameter prefix suffix endpoint regex regexp pattern length len hint policy title message messages msg
          error errors err placeholder format column table count limit expiry expires expired expiration lifetime ttl size
          tokenizer tokens passwords keys secrets input textbox class scope scopes algorithm alg provider store manager service
          factory builder encoder decoder validator handler helper util utils dialog form page view controller component
          element selector xpath css button btn icon text txt desc description tooltip lbl str string strength rule rules
          status state mode kind version index idx location dir directory folder ref reference refs source env var variable
          option options config settings setting constant property prop attr attribute attributes node tag role user email
          date time at timeout interval validity enabled disabled required visible hidden changed updated reset requested
          event action command cmd request response result callback listener observer test spec mock example sample
          match matches mismatch min max num number digits policy history attempts retries cost price budget usage
          bucket vault manager resolver generator parser reader writer loader function func fn method cache repo repository
          digest hash hashed sha md5 checksum fingerprint encoding charset alphabet chars separator delimiter locator
          question answer link links route screen modal toast alert notification info information issuer audience subject
          """);
  private static final Set<String> VERBS =
      Words.of(
          "is has show hide toggle forgot forget reset change update invalid wrong missing require"
              + " requires required no min max with use uses enable enabled disable check verify"
              + " validate encode decode label incorrect empty weak get find fetch delete remove"
              + " request revoke confirm confirmed lost save remember generate create parse on"
              + " handle allow supports should can expired");
  // Names of what is public or only identifies.
  private static final Set<String> PUBLIC =
      Words.of(
          "public pub publishable site cert certificate primary foreign unique partition sort hash"
              + " sha sha1 sha256 sha512 md5 digest checksum integrity commit revision uuid guid"
              + " etag fingerprint nonce alphabet charset csrf xsrf next page continuation cursor"
              + " sync query cache i18n lang locale idempotency idempotent captcha placeholder"
              + " cancel cancellation stop eos bos pad unk sep cls mask special");

  // Names of long random-looking texts that are no secrets.
  private static final Set<String> NO_SECRETS =
      Words.of(
          "id ids path url uri src href image img icon font svg png data class classname style"
              + " content html pattern regex resolved version sha3 signature digest expected actual"
              + " ref rev oid xmlns d points x5c x5t kid thumbprint bytecode abi contract address"
              + " txid tx block chars letters base64 b64 encoded hex");

  private static final Set<String> CONCEPTS =
      Words.of(
          """
          password passwords passwd pwd pass passphrase passcode pw psw secret secrets token tokens key keys api auth access
          refresh user users username userid name login logout email mail bearer basic client id ids session oauth oauth2 jwt
          private public history my the a an new old current confirm confirmation db database property string text value val field
          input form reset forgot change update require required optional hidden type credential credentials creds
          authorization authentication admin account app application service server header cookie csrf xsrf param config
          data env var not is has set get invalid valid missing wrong empty null none nil undefined true false or and in of
          for to from with by your enter repeat retype verify default label error message msg title code hash hashed salt
          encrypted plain raw json xml basic digest http https url uri aws azure google github gitlab slack stripe openai
          specific fixture fake mock dummy test testing tests foo bar baz qux example sample demo unused stub spec temp tmp
          max min length size min6 confirmed nullable unique same str int bool number object array list any void char
          """);

  private Names() {}

  static Kind kind(String whole) {
    String name = whole.length() > LONGEST ? whole.substring(whole.length() - LONGEST) : whole;
    List<String> words = words(name);
    while (!words.isEmpty() && (isNumber(words.getLast()) || words.getLast().length() == 1)) {
      words.removeLast();
    }
    if (words.isEmpty() || ABOUT.contains(words.getLast())) {
      return Kind.NONE;
    }
    Kind kind = kindOfLast(words);
    if (kind == Kind.NONE && words.stream().anyMatch(Names::namesItself)) {
      kind = Kind.WEAK; // password_prod, tokenForMail
    }
    if (kind == Kind.NONE || words.stream().anyMatch(PUBLIC::contains)) {
      return Kind.NONE;
    }
    return VERBS.contains(words.getFirst()) ? Kind.WEAK : kind;
  }

  private static Kind kindOfLast(List<String> words) {
    String last = words.getLast();
    if (PASSWORDS.contains(last) || endsWith(last, PASSWORD_ENDS)) {
      return Kind.PASSWORD;
    }
    if (SECRETS.contains(last) || endsWith(last, SECRET_ENDS)) {
      return Kind.SECRET;
    }
    if (last.equals("key") && words.size() > 1) {
      return KEY_QUALIFIERS.contains(words.get(words.size() - 2)) ? Kind.SECRET : Kind.WEAK;
    }
    return WEAK_WORDS.contains(last) || last.endsWith("key") ? Kind.WEAK : Kind.NONE;
  }

  private static boolean namesItself(String word) {
    return (PASSWORDS.contains(word) && !word.equals("pass") && !word.equals("pw"))
        || word.equals("secret")
        || word.equals("token")
        || word.equals("apikey");
  }

  /** Whether random-looking values of this name may be secrets; hashes and ids look random too. */
  static boolean mayBeRandom(String name) {
    List<String> words =
        words(name.length() > LONGEST ? name.substring(name.length() - LONGEST) : name);
    return !words.isEmpty()
        && words.stream().noneMatch(word -> PUBLIC.contains(word) || NO_SECRETS.contains(word));
  }

  /** Whether {@code text} is made of nothing but words that speak of secrets, digits aside. */
  static boolean isConcept(String text) {
    List<String> words = words(text);
    return words.stream().anyMatch(word -> !isNumber(word))
        && words.stream().allMatch(Names::isConceptWord);
  }

  private static boolean isConceptWord(String word) {
    return isNumber(word) || word.length() == 1 || CONCEPTS.contains(word) || isRunOfConcepts(word);
  }

  /** {@code refreshsecret}: words that were written together. */
  private static boolean isRunOfConcepts(String word) {
    if (word.length() > LONGEST) {
      return false;
    }
    boolean[] reached = new boolean[word.length() + 1];
    reached[0] = true;
    for (int from = 0; from < word.length(); from++) {
      for (int end = from + 3; reached[from] && end <= word.length() && end - from <= 14; end++) {
        reached[end] |= CONCEPTS.contains(word.substring(from, end));
      }
    }
    return reached[word.length()];
  }

  /** dbPassword, DB-PASSWORD, db.password and DB_PASSWORD1 are all db, password (and 1). */
  static List<String> words(String text) {
    var words = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || isCut(text, i)) {
        if (i > start) {
          words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
        }
        start = i < text.length() && Character.isLetterOrDigit(text.charAt(i)) ? i : i + 1;
      }
    }
    return words;
  }

  private static boolean isCut(String text, int i) {
    char c = text.charAt(i);
    if (!Character.isLetterOrDigit(c)) {
      return true;
    }
    if (i == 0) {
      return false;
    }
    char before = text.charAt(i - 1);
    if (Character.isDigit(c) != Character.isDigit(before) && Character.isLetterOrDigit(before)) {
      return true;
    }
    if (!Character.isUpperCase(c)) {
      return false;
    }
    boolean newWord = i + 1 < text.length() && Character.isLowerCase(text.charAt(i + 1));
    return !Character.isUpperCase(before) || newWord;
  }

  private static boolean isNumber(String word) {
    return Character.isDigit(word.charAt(0));
  }

  private static boolean endsWith(String word, List<String> ends) {
    return ends.stream().anyMatch(word::endsWith);
  }
}
