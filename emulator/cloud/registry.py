"""Which resource types Terrarium can create, and the functions that do it."""

from __future__ import annotations

from emulator.cloud.kinds import (
    alarm,
    billing,
    cognito_domain,
    cognito_group,
    cognito_identity_pool,
    cognito_resource_server,
    cognito_user,
    cognito_user_pool,
    cognito_user_pool_client,
    dynamodb_global_table,
    dynamodb_table,
    event_rule,
    iam_policy,
    iam_role,
    kms_key,
    log_group,
    s3_bucket,
    schedule,
    secret,
    sns_subscription,
    sns_topic,
    sqs_queue,
    ssm_parameter,
)
from emulator.cloud.wanted import Kind


def kinds() -> dict[str, Kind]:
    """Every supported type."""
    return {**_data(), **_messaging(), **_watching(), **_permissions(), **_people(), **_noted()}


def _data() -> dict[str, Kind]:
    return {
        "AWS::DynamoDB::Table": Kind(dynamodb_table.ensure, dynamodb_table.delete),
        "AWS::DynamoDB::GlobalTable": Kind(dynamodb_global_table.ensure, dynamodb_table.delete),
        "AWS::S3::Bucket": Kind(s3_bucket.ensure, s3_bucket.delete),
        "AWS::S3::BucketPolicy": Kind(s3_bucket.ensure_policy, s3_bucket.delete_policy),
        "AWS::SSM::Parameter": Kind(ssm_parameter.ensure, ssm_parameter.delete),
        "AWS::SecretsManager::Secret": Kind(secret.ensure, secret.delete),
        "AWS::SecretsManager::ResourcePolicy": Kind(secret.ensure_policy, secret.delete_policy),
        "AWS::SecretsManager::SecretTargetAttachment": Kind(secret.accept, secret.forget),
        "AWS::SecretsManager::RotationSchedule": Kind(secret.accept, secret.forget),
    }


def _messaging() -> dict[str, Kind]:
    return {
        "AWS::SNS::Topic": Kind(sns_topic.ensure, sns_topic.delete),
        "AWS::SNS::TopicPolicy": Kind(sns_topic.ensure_policy, sns_topic.keep_policy),
        "AWS::SNS::TopicInlinePolicy": Kind(sns_topic.ensure_policy, sns_topic.keep_policy),
        "AWS::SNS::Subscription": Kind(sns_subscription.ensure, sns_subscription.delete),
        "AWS::SQS::Queue": Kind(sqs_queue.ensure, sqs_queue.delete),
        "AWS::SQS::QueuePolicy": Kind(sqs_queue.ensure_policy, sqs_queue.delete_policy),
        "AWS::SQS::QueueInlinePolicy": Kind(sqs_queue.ensure_policy, sqs_queue.delete_policy),
        "AWS::Events::EventBus": Kind(event_rule.ensure_bus, event_rule.delete_bus),
        "AWS::Events::EventBusPolicy": Kind(event_rule.ensure_bus_policy, event_rule.delete_bus_policy),
        "AWS::Events::Rule": Kind(event_rule.ensure, event_rule.delete),
        "AWS::Scheduler::Schedule": Kind(schedule.ensure, schedule.delete),
        "AWS::Scheduler::ScheduleGroup": Kind(schedule.ensure_group, schedule.delete_group),
    }


def _watching() -> dict[str, Kind]:
    return {
        "AWS::Logs::LogGroup": Kind(log_group.ensure, log_group.delete),
        "AWS::Logs::LogStream": Kind(log_group.ensure_stream, log_group.delete_stream),
        "AWS::Logs::MetricFilter": Kind(log_group.ensure_metric_filter, log_group.delete_metric_filter),
        "AWS::Logs::ResourcePolicy": Kind(log_group.ensure_resource_policy, log_group.delete_resource_policy),
        "AWS::CloudWatch::Alarm": Kind(alarm.ensure, alarm.delete),
        "AWS::CloudWatch::CompositeAlarm": Kind(alarm.ensure_composite, alarm.delete),
        "AWS::CloudWatch::Dashboard": Kind(alarm.ensure_dashboard, alarm.delete_dashboard),
    }


def _permissions() -> dict[str, Kind]:
    return {
        "AWS::IAM::Role": Kind(iam_role.ensure, iam_role.delete),
        "AWS::IAM::Policy": Kind(iam_policy.ensure, iam_policy.delete),
        "AWS::IAM::ManagedPolicy": Kind(iam_policy.ensure_managed, iam_policy.delete_managed),
        "AWS::KMS::Key": Kind(kms_key.ensure, kms_key.delete),
        "AWS::KMS::Alias": Kind(kms_key.ensure_alias, kms_key.delete_alias),
    }


def _people() -> dict[str, Kind]:
    return {
        "AWS::Cognito::UserPool": Kind(cognito_user_pool.ensure, cognito_user_pool.delete),
        "AWS::Cognito::UserPoolClient": Kind(cognito_user_pool_client.ensure, cognito_user_pool_client.delete),
        "AWS::Cognito::UserPoolGroup": Kind(cognito_group.ensure, cognito_group.delete),
        "AWS::Cognito::UserPoolDomain": Kind(cognito_domain.ensure, cognito_domain.delete),
        "AWS::Cognito::UserPoolResourceServer": Kind(cognito_resource_server.ensure, cognito_resource_server.delete),
        "AWS::Cognito::UserPoolUser": Kind(cognito_user.ensure, cognito_user.delete),
        "AWS::Cognito::UserPoolUserToGroupAttachment": Kind(
            cognito_user.ensure_membership, cognito_user.delete_membership
        ),
        "AWS::Cognito::IdentityPool": Kind(cognito_identity_pool.ensure, cognito_identity_pool.delete),
        "AWS::Cognito::IdentityPoolRoleAttachment": Kind(
            cognito_identity_pool.ensure_roles, cognito_identity_pool.delete_roles
        ),
    }


def _noted() -> dict[str, Kind]:
    noted = Kind(billing.accept, billing.forget)
    types = ("AWS::Budgets::Budget", "AWS::CE::AnomalyMonitor", "AWS::CE::AnomalySubscription")
    return dict.fromkeys(types, noted)
