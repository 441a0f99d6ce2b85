-- Jobs that wait for a worker that knows their task.
SELECT queue, task, count(*) AS count FROM {job} WHERE state = -1 GROUP BY queue, task ORDER BY count(*) DESC LIMIT 20;
