-- Which nodes may run on this store: an upgrade can be taken back as long as nothing was taken away.

create table caravan.compatibility (
  only_row boolean primary key default true,
  oldest int not null,
  constraint compatibility_is_one_row check (only_row)
);
comment on table caravan.compatibility is 'Which versions of Caravan may run on this store; one row.';
comment on column caravan.compatibility.only_row is 'Keeps it one row.';
comment on column caravan.compatibility.oldest is 'The schema version that a node must know at least. A migration that takes away or narrows what older nodes need sets it to its own number.';
insert into caravan.compatibility (oldest) values (18);
