-- Whose file this is. One statement, so that all of it is as of one moment: another process may be making the file.
SELECT
  (SELECT application_id FROM pragma_application_id) AS owner,
  (SELECT user_version FROM pragma_user_version) AS version,
  count(*) AS tables
FROM sqlite_schema;
