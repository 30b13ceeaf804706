BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE answers (
	id VARCHAR(100) NOT NULL, 
	conversation_id VARCHAR(100), 
	question TEXT NOT NULL, 
	answer JSON NOT NULL, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_answers PRIMARY KEY (id), 
	CONSTRAINT fk_answers_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO "answers" VALUES('a1','first','When does the ferry sail?','{"id": "a1", "conversation_id": "first", "asked": "When does the ferry sail?", "status": "answered", "answer": "At nine – “sharp”. [1]", "citations": [{"marker": 1, "document_id": "ferry-guide", "title": "Ferry guide", "publisher": "The harbour", "published": "2024-02-01", "kind": "guidance", "representation": "notes", "section": ["Sailings"], "page": null, "passage_id": "0123456789abcdef", "quote": "The ferry sails at nine.", "url": "/documents/ferry-guide#mornings"}], "notices": [], "suggestions": [], "confidence": 0.5, "answerer": "extractive", "timings_ms": {"total": 1.5}, "corpus_version": "1"}','2026-11-20 09:30:01.000000');
INSERT INTO "answers" VALUES('a2',NULL,'And who''s aboard?','{"id": "a2", "conversation_id": null, "asked": "When does the ferry sail?", "status": "answered", "answer": "Twelve cars. [1]", "citations": [{"marker": 1, "document_id": "ferry-guide", "title": "Ferry guide", "publisher": "The harbour", "published": "2024-02-01", "kind": "guidance", "representation": "notes", "section": ["Sailings"], "page": null, "passage_id": "0123456789abcdef", "quote": "The ferry sails at nine.", "url": "/documents/ferry-guide#mornings"}], "notices": [], "suggestions": [], "confidence": 0.5, "answerer": "extractive", "timings_ms": {"total": 1.5}, "corpus_version": "1"}','2026-11-20 09:31:00.000000');
CREATE TABLE conversations (
	id VARCHAR(100) NOT NULL, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_conversations PRIMARY KEY (id)
);
INSERT INTO "conversations" VALUES('first','2026-11-20 09:30:00.000000');
INSERT INTO "conversations" VALUES('empty','2026-11-20 10:00:00.123456');
CREATE TABLE feedback (
	id INTEGER NOT NULL, 
	answer_id VARCHAR(100) NOT NULL, 
	rating VARCHAR(10) NOT NULL, 
	comment TEXT NOT NULL, 
	reasons JSON NOT NULL, 
	created DATETIME NOT NULL, 
	CONSTRAINT pk_feedback PRIMARY KEY (id), 
	CONSTRAINT fk_feedback_answer_id FOREIGN KEY(answer_id) REFERENCES answers (id) ON DELETE CASCADE
);
INSERT INTO "feedback" VALUES(1,'a1','down','It''s late.','["wrong", "incomplete"]','2026-11-20 09:32:00.000000');
CREATE TABLE seen_events (
	id VARCHAR(200) NOT NULL, 
	expires DATETIME NOT NULL, 
	CONSTRAINT pk_seen_events PRIMARY KEY (id)
);
INSERT INTO "seen_events" VALUES('slack:event_id:Ev0','2036-11-21 09:30:00.000000');
CREATE TABLE turns (
	conversation_id VARCHAR(100) NOT NULL, 
	position INTEGER NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	content TEXT NOT NULL, 
	CONSTRAINT pk_turns PRIMARY KEY (conversation_id, position), 
	CONSTRAINT fk_turns_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO "turns" VALUES('first',1,'user','When does the ferry sail?');
INSERT INTO "turns" VALUES('first',2,'assistant','At nine – “sharp”. [1]');
CREATE INDEX ix_answers_conversation_id ON answers (conversation_id);
CREATE INDEX ix_feedback_answer_id ON feedback (answer_id);
CREATE INDEX ix_seen_events_expires ON seen_events (expires);
COMMIT;
